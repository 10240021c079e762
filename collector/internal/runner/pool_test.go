package runner_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.uber.org/goleak"

	"otelwasm.example/collector/internal/guesttest"
	"otelwasm.example/collector/internal/otlp"
	"otelwasm.example/collector/internal/runner"
	"otelwasm.example/collector/wasmplugin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newPool(t *testing.T, guest string, options runner.Options, change func(*wasmplugin.Options)) *runner.Pool {
	ctx := context.Background()
	guestOptions := wasmplugin.Options{
		Path: guesttest.Path(t, guest), Role: wasmplugin.Processor, Signal: wasmplugin.Traces,
		Timeout: 10 * time.Second, StartTimeout: 10 * time.Second,
	}
	if change != nil {
		change(&guestOptions)
	}
	loaded, err := wasmplugin.Load(ctx, guestOptions)
	require.NoError(t, err)
	options.Instances = max(options.Instances, 1)
	pool, err := runner.NewPool(ctx, loaded, options)
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = pool.Shutdown(ctx)
		assert.NoError(t, loaded.Close(ctx))
	})
	return pool
}

func batchOf(t *testing.T, names ...string) runner.Batch {
	payload, err := new(ptrace.ProtoMarshaler).MarshalTraces(guesttest.Traces(names...))
	require.NoError(t, err)
	return runner.Batch{Payload: payload, Items: len(names)}
}

// No item is lost silently, whatever a guest does.
func TestConservation(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	words := []string{"TRAP", "EXIT", "REFU", "GARB", "GROW", "NONE", "TWIN"}
	for _, onError := range []runner.OnError{runner.Drop, runner.Passthrough, runner.Propagate} {
		pool := newPool(t, "obeysSpanNames", runner.Options{OnError: onError,
			Restart: runner.Restart{InitialDelay: time.Millisecond, MaxDelay: 2 * time.Millisecond, Healthy: time.Minute}}, nil)
		for batch := range 300 {
			var names []string
			for item := range random.IntN(12) {
				name := fmt.Sprint(batch, ".", item)
				if random.IntN(8) == 0 {
					name += words[random.IntN(len(words))]
				}
				names = append(names, name)
			}
			result := pool.Process(context.Background(), batchOf(t, names...))
			if result.Changed {
				items, err := otlp.Count(wasmplugin.Traces, result.Payload)
				require.NoError(t, err)
				assert.Equal(t, items, result.Items)
			}
		}
		stats := pool.Stats()
		lost := int64(0)
		for _, items := range stats.ItemsFailed {
			lost += items
		}
		assert.Equal(t, stats.ItemsIn+stats.ItemsAdded, stats.ItemsOut+stats.ItemsDropped+lost, "%s %+v", onError, stats)
	}
}

func TestBackoff(t *testing.T) {
	pool := newPool(t, "traps", runner.Options{OnError: runner.Drop,
		Restart: runner.Restart{InitialDelay: time.Hour, MaxDelay: time.Hour, Healthy: time.Hour}}, nil)
	var codes []string
	for range 4 {
		codes = append(codes, string(pool.Process(context.Background(), batchOf(t, "a")).Err.Code))
	}
	// The first failure is searched; that of the next batch is the second in a row, and then the guest is down.
	assert.Equal(t, "GUEST_TRAP", codes[0])
	assert.Equal(t, "GUEST_DOWN", codes[3])
	assert.Equal(t, int64(1), pool.Stats().States[runner.Restarting])
}

func TestABrokenGuestIsNotSearchedForEver(t *testing.T) {
	pool := newPool(t, "traps", runner.Options{OnError: runner.Drop, Restart: runner.DefaultRestart}, nil)
	pool.Process(context.Background(), batchOf(t, strings.Split(strings.Repeat("a ", 100), " ")...))
	assert.Equal(t, int64(8), pool.Stats().Calls, "8 instances without success")
}

func TestAGuestThatGrowsIsReplacedBetweenBatches(t *testing.T) {
	pool := newPool(t, "growsByOnePage", runner.Options{OnError: runner.Drop, Restart: runner.DefaultRestart},
		func(o *wasmplugin.Options) { o.MemoryLimitPages = 40 })
	for range 100 {
		result := pool.Process(context.Background(), batchOf(t, "a"))
		require.Nil(t, result.Err)
	}
	stats := pool.Stats()
	assert.Positive(t, stats.Restarts)
	assert.LessOrEqual(t, stats.MemoryBytes, int64(40<<16))
	assert.Equal(t, int64(100), stats.ItemsOut)
}

func TestAfterShutdown(t *testing.T) {
	pool := newPool(t, "echoes", runner.Options{OnError: runner.Passthrough, Instances: 2, Restart: runner.DefaultRestart}, nil)
	require.NoError(t, pool.Shutdown(context.Background()))
	assert.Equal(t, wasmplugin.Shutdown, pool.Process(context.Background(), batchOf(t, "a")).Err.Code)
	assert.Equal(t, int64(2), pool.Stats().States[runner.Stopped])
}

func TestShutdownIsToldWhenTheGuestFailsInIt(t *testing.T) {
	pool := newPool(t, "shutdownFails", runner.Options{OnError: runner.Drop, Restart: runner.DefaultRestart}, nil)
	assert.ErrorContains(t, pool.Shutdown(context.Background()), "shutdown() returned status 5")
}
