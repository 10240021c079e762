package wasmreceiver_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"otelwasm.example/collector/internal/guesttest"
	"otelwasm.example/collector/wasmplugin"
	"otelwasm.example/collector/wasmreceiver"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 20 * time.Second

// host hears of a component's status.
type host struct {
	component.Host
	status chan *componentstatus.Event
}

func (h *host) Report(event *componentstatus.Event) { h.status <- event }

type running struct {
	component.Component
	logs *observer.ObservedLogs
	host *host
}

func (r running) logged(code wasmplugin.Code) bool {
	return r.logs.FilterField(zap.String("code", string(code))).Len() > 0
}

func start(t *testing.T, guest string, next consumer.Traces, change func(*wasmreceiver.Config)) running {
	config := wasmreceiver.NewFactory().CreateDefaultConfig().(*wasmreceiver.Config)
	config.Path = guesttest.Path(t, "receiver/"+guest)
	if change != nil {
		change(config)
	}
	core, logs := observer.New(zap.DebugLevel)
	settings := receivertest.NewNopSettings(wasmreceiver.NewFactory().Type())
	settings.Logger = zap.New(core)
	r, err := wasmreceiver.NewFactory().CreateTraces(context.Background(), settings, config, next)
	require.NoError(t, err)
	h := &host{componenttest.NewNopHost(), make(chan *componentstatus.Event, 10)}
	require.NoError(t, r.Start(context.Background(), h))
	return running{r, logs, h}
}

func TestLifecycle(t *testing.T) {
	factory := wasmreceiver.NewFactory()
	ctx := context.Background()
	settings := receivertest.NewNopSettings(factory.Type())
	require.NoError(t, componenttest.CheckConfigStruct(factory.CreateDefaultConfig()))
	config := factory.CreateDefaultConfig().(*wasmreceiver.Config)
	config.Path = guesttest.Path(t, "everyPattern")
	traces, metrics, logs := new(consumertest.TracesSink), new(consumertest.MetricsSink), new(consumertest.LogsSink)
	for signal, c := range map[string]struct {
		create func() (component.Component, error)
		count  func() int
	}{
		"traces":  {func() (component.Component, error) { return factory.CreateTraces(ctx, settings, config, traces) }, traces.SpanCount},
		"metrics": {func() (component.Component, error) { return factory.CreateMetrics(ctx, settings, config, metrics) }, metrics.DataPointCount},
		"logs":    {func() (component.Component, error) { return factory.CreateLogs(ctx, settings, config, logs) }, logs.LogRecordCount},
	} {
		t.Run(signal, func(t *testing.T) {
			unstarted, err := c.create()
			require.NoError(t, err)
			require.NoError(t, unstarted.Shutdown(ctx))
			r, err := c.create()
			require.NoError(t, err)
			require.NoError(t, r.Start(ctx, componenttest.NewNopHost()))
			assert.Eventually(t, func() bool { return c.count() > 0 }, patience, time.Millisecond)
			require.NoError(t, r.Shutdown(ctx))
		})
	}
}

func TestASleepingGuestIsWokenAtShutdown(t *testing.T) {
	sink := new(consumertest.TracesSink)
	r := start(t, "sleeps", sink, nil)
	assert.Eventually(t, func() bool { return sink.SpanCount() == 1 }, patience, time.Millisecond)
	begin := time.Now()
	require.NoError(t, r.Shutdown(context.Background()))
	assert.Less(t, time.Since(begin), 9*time.Second, "it sleeps 10 s at a time")
}

func TestAGuestThatDoesNotReturnIsStopped(t *testing.T) {
	for _, guest := range []string{"loops", "ignoresShutdown"} {
		r := start(t, guest, consumertest.NewNop(), func(c *wasmreceiver.Config) { c.ShutdownTimeout = 50 * time.Millisecond })
		var own *wasmplugin.Error
		require.ErrorAs(t, r.Shutdown(context.Background()), &own)
		assert.Equal(t, wasmplugin.GuestTimeout, own.Code)
	}
}

func TestNothingComesAfterShutdown(t *testing.T) {
	sink := new(consumertest.TracesSink)
	r := start(t, "emitsForever", sink, nil)
	assert.Eventually(t, func() bool { return sink.SpanCount() > 100 }, patience, time.Millisecond)
	require.NoError(t, r.Shutdown(context.Background()))
	count := sink.SpanCount()
	time.Sleep(20 * time.Millisecond)
	assert.Equal(t, count, sink.SpanCount())
}

func TestAGuestThatFailsIsStartedAgain(t *testing.T) {
	r := start(t, "traps", consumertest.NewNop(), func(c *wasmreceiver.Config) {
		c.Restart.InitialDelay = time.Millisecond
		c.Restart.MaxDelay = time.Millisecond
	})
	assert.Eventually(t, func() bool { return r.logged(wasmplugin.GuestTrap) }, patience, time.Millisecond)
	// It may fail just then once more.
	_ = r.Shutdown(context.Background())
}

func TestAGuestThatReturnsIsNot(t *testing.T) {
	r := start(t, "returns", consumertest.NewNop(), nil)
	event := <-r.host.status
	assert.Equal(t, componentstatus.StatusPermanentError, event.Status())
	assert.ErrorContains(t, event.Err(), "returned before its shutdown was requested")
	require.NoError(t, r.Shutdown(context.Background()))
}

func TestWhatIsNoOTLPIsDropped(t *testing.T) {
	for _, guest := range []string{"emitsGarbage", "emitsOtherSignals"} {
		sink := new(consumertest.TracesSink)
		r := start(t, guest, sink, nil)
		assert.Eventually(t, func() bool { return sink.SpanCount() == 1 }, patience, time.Millisecond)
		assert.True(t, r.logged(wasmplugin.GuestOutput))
		require.NoError(t, r.Shutdown(context.Background()))
	}
}

func TestWhatTheNextConsumerRefusesIsCounted(t *testing.T) {
	r := start(t, "sleeps", consumertest.NewErr(errors.New("full")), nil)
	assert.Eventually(t, func() bool { return r.logged(wasmplugin.ExportFailed) }, patience, time.Millisecond)
	require.NoError(t, r.Shutdown(context.Background()))
}

func TestStartAndShutdownErrors(t *testing.T) {
	r := start(t, "shutdownFails", consumertest.NewNop(), nil)
	assert.ErrorContains(t, r.Shutdown(context.Background()), "still owing!")

	config := wasmreceiver.NewFactory().CreateDefaultConfig().(*wasmreceiver.Config)
	config.Path = guesttest.Path(t, "receiver/startFails")
	failing, err := wasmreceiver.NewFactory().CreateTraces(context.Background(),
		receivertest.NewNopSettings(wasmreceiver.NewFactory().Type()), config, consumertest.NewNop())
	require.NoError(t, err)
	require.ErrorContains(t, failing.Start(context.Background(), componenttest.NewNopHost()), "START_FAILED")
	require.NoError(t, failing.Shutdown(context.Background()))
}

func TestConfig(t *testing.T) {
	config := wasmreceiver.NewFactory().CreateDefaultConfig().(*wasmreceiver.Config)
	config.Path = "x.wasm"
	require.NoError(t, confmap.Validate(config))
	config.ShutdownTimeout = 0
	assert.ErrorContains(t, confmap.Validate(config), "shutdown_timeout is 0s")
}
