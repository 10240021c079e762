package wasmprocessor_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/goleak"

	"otelwasm.example/collector/internal/guesttest"
	"otelwasm.example/collector/wasmplugin"
	"otelwasm.example/collector/wasmprocessor"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func configOf(path string) *wasmprocessor.Config {
	config := wasmprocessor.NewFactory().CreateDefaultConfig().(*wasmprocessor.Config)
	config.Path = path
	return config
}

// started is a processor of traces that is shut down when the test ends.
func started(t *testing.T, config *wasmprocessor.Config, sink *consumertest.TracesSink) (processor.Traces, *componenttest.Telemetry) {
	telemetry := componenttest.NewTelemetry()
	settings := processortest.NewNopSettings(wasmprocessor.NewFactory().Type())
	settings.TelemetrySettings = telemetry.NewTelemetrySettings()
	p, err := wasmprocessor.NewFactory().CreateTraces(context.Background(), settings, config, sink)
	require.NoError(t, err)
	require.NoError(t, p.Start(context.Background(), componenttest.NewNopHost()))
	t.Cleanup(func() {
		assert.NoError(t, p.Shutdown(context.Background()))
		assert.NoError(t, telemetry.Shutdown(context.Background()))
	})
	return p, telemetry
}

func TestLifecycle(t *testing.T) {
	factory := wasmprocessor.NewFactory()
	settings := processortest.NewNopSettings(factory.Type())
	ctx := context.Background()
	create := map[string]func() (component.Component, error){
		"traces": func() (component.Component, error) {
			return factory.CreateTraces(ctx, settings, configOf(guesttest.Path(t, "everyPattern")), consumertest.NewNop())
		},
		"metrics": func() (component.Component, error) {
			return factory.CreateMetrics(ctx, settings, configOf(guesttest.Path(t, "everyPattern")), consumertest.NewNop())
		},
		"logs": func() (component.Component, error) {
			return factory.CreateLogs(ctx, settings, configOf(guesttest.Path(t, "everyPattern")), consumertest.NewNop())
		},
	}
	require.NoError(t, componenttest.CheckConfigStruct(factory.CreateDefaultConfig()))
	for signal, newComponent := range create {
		t.Run(signal, func(t *testing.T) {
			unstarted, err := newComponent()
			require.NoError(t, err)
			require.NoError(t, unstarted.Shutdown(ctx))
			for range 2 {
				p, err := newComponent()
				require.NoError(t, err)
				require.NoError(t, p.Start(ctx, componenttest.NewNopHost()))
				switch consumer := p.(type) {
				case processor.Traces:
					err = consumer.ConsumeTraces(ctx, guesttest.Traces("a"))
				case processor.Metrics:
					err = consumer.ConsumeMetrics(ctx, pmetric.NewMetrics())
				case processor.Logs:
					err = consumer.ConsumeLogs(ctx, plog.NewLogs())
				}
				require.NoError(t, err)
				require.NoError(t, p.Shutdown(ctx))
			}
		})
	}
	processortest.VerifyShutdown(t, factory, configOf(guesttest.Path(t, "everyPattern")))
}

func TestEverySignalGoesThroughTheGuest(t *testing.T) {
	ctx := context.Background()
	factory := wasmprocessor.NewFactory()
	settings := processortest.NewNopSettings(factory.Type())
	config := configOf(guesttest.Path(t, "everyPattern"))

	metrics := pmetric.NewMetrics()
	metric := metrics.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	metric.SetName("requests")
	metric.SetEmptyGauge().DataPoints().AppendEmpty().SetIntValue(1)
	gotMetrics := new(consumertest.MetricsSink)
	m, err := factory.CreateMetrics(ctx, settings, config, gotMetrics)
	require.NoError(t, err)
	require.NoError(t, m.Start(ctx, componenttest.NewNopHost()))
	require.NoError(t, m.ConsumeMetrics(ctx, metrics))
	require.NoError(t, m.Shutdown(ctx))
	assert.Equal(t, []pmetric.Metrics{metrics}, gotMetrics.AllMetrics())

	logs := plog.NewLogs()
	logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetStr("x")
	gotLogs := new(consumertest.LogsSink)
	l, err := factory.CreateLogs(ctx, settings, config, gotLogs)
	require.NoError(t, err)
	require.NoError(t, l.Start(ctx, componenttest.NewNopHost()))
	require.NoError(t, l.ConsumeLogs(ctx, logs))
	require.NoError(t, l.Shutdown(ctx))
	assert.Equal(t, []plog.Logs{logs}, gotLogs.AllLogs())
}

func TestWhatTheGuestLeavesOutIsGone(t *testing.T) {
	sink := new(consumertest.TracesSink)
	p, _ := started(t, configOf(guesttest.Path(t, "obeysSpanNames")), sink)
	require.NoError(t, p.ConsumeTraces(context.Background(), guesttest.Traces("a", "b")))
	require.NoError(t, p.ConsumeTraces(context.Background(), guesttest.Traces("NONE")))
	require.NoError(t, p.ConsumeTraces(context.Background(), guesttest.Traces("TWIN")))
	assert.Equal(t, []string{"a", "b", "TWIN", "TWIN"}, guesttest.Names(sink.AllTraces()...))
}

func TestOnError(t *testing.T) {
	for _, c := range []struct {
		onError string
		names   []string
		err     bool
	}{
		{"drop", []string{"a", "b"}, false},
		{"passthrough", []string{"a", "TRAP", "b"}, false},
		{"propagate", nil, true},
	} {
		t.Run(c.onError, func(t *testing.T) {
			sink := new(consumertest.TracesSink)
			config := configOf(guesttest.Path(t, "obeysSpanNames"))
			config.OnError = c.onError
			p, _ := started(t, config, sink)
			err := p.ConsumeTraces(context.Background(), guesttest.Traces("a", "TRAP", "b"))
			if c.err {
				var own *wasmplugin.Error
				require.ErrorAs(t, err, &own)
				assert.Equal(t, wasmplugin.GuestTrap, own.Code)
				assert.True(t, consumererror.IsPermanent(err))
			} else {
				require.NoError(t, err)
			}
			assert.Equal(t, c.names, guesttest.Names(sink.AllTraces()...))
		})
	}
}

func TestAGuestThatIsDownMayBeTriedAgain(t *testing.T) {
	config := configOf(guesttest.Path(t, "traps"))
	config.OnError = "propagate"
	config.Restart.InitialDelay = time.Minute
	config.Restart.MaxDelay = time.Minute
	p, _ := started(t, config, new(consumertest.TracesSink))
	var last error
	for range 4 {
		last = p.ConsumeTraces(context.Background(), guesttest.Traces("a"))
	}
	var own *wasmplugin.Error
	require.ErrorAs(t, last, &own)
	assert.Equal(t, wasmplugin.GuestDown, own.Code)
	assert.False(t, consumererror.IsPermanent(last))
}

func TestACallerDoesNotWaitForEver(t *testing.T) {
	config := configOf(guesttest.Path(t, "sleepsForever"))
	config.OnError = "propagate"
	config.Timeout = 2 * time.Second
	p, _ := started(t, config, new(consumertest.TracesSink))
	var wait sync.WaitGroup
	wait.Go(func() { _ = p.ConsumeTraces(context.Background(), guesttest.Traces("a")) })
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	time.Sleep(50 * time.Millisecond)
	err := p.ConsumeTraces(ctx, guesttest.Traces("b"))
	wait.Wait()
	var own *wasmplugin.Error
	require.ErrorAs(t, err, &own)
	assert.Equal(t, wasmplugin.QueueFull, own.Code)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
}

// Instances serve at the same time: several calls that each sleep take the time of one.
func TestInstancesServeConcurrently(t *testing.T) {
	config := configOf(guesttest.Path(t, "obeysSpanNames"))
	config.Instances = 4
	sink := new(consumertest.TracesSink)
	p, _ := started(t, config, sink)
	var wait sync.WaitGroup
	for worker := range 8 {
		wait.Go(func() {
			for batch := range 50 {
				names := []string{fmt.Sprint(worker, batch), "b"}
				if batch%10 == 9 {
					names[1] = "TRAP"
				}
				assert.NoError(t, p.ConsumeTraces(context.Background(), guesttest.Traces(names...)))
			}
		})
	}
	wait.Wait()
	assert.Equal(t, 8*(2*50-5), sink.SpanCount())
}

func TestTheCollectorsOwnTelemetryCounts(t *testing.T) {
	p, telemetry := started(t, configOf(guesttest.Path(t, "obeysSpanNames")), new(consumertest.TracesSink))
	for _, names := range [][]string{{"a", "TRAP", "b"}, {"NONE", "c"}, {"TWIN"}, {"REFU"}} {
		require.NoError(t, p.ConsumeTraces(context.Background(), guesttest.Traces(names...)))
	}
	sums := map[string]int64{}
	var collected metricdata.ResourceMetrics
	require.NoError(t, telemetry.Reader.Collect(context.Background(), &collected))
	for _, scope := range collected.ScopeMetrics {
		for _, metric := range scope.Metrics {
			sum, ok := metric.Data.(metricdata.Sum[int64])
			if !ok {
				continue
			}
			for _, point := range sum.DataPoints {
				name := metric.Name
				for _, key := range []attribute.Key{"otelwasm.drop.reason", "error.type"} {
					if value, ok := point.Attributes.Value(key); ok {
						name += " " + value.AsString()
					}
				}
				sums[name] += point.Value
			}
		}
	}
	assert.Equal(t, int64(7), sums["otelwasm.adapter.items.in"])
	assert.Equal(t, int64(4), sums["otelwasm.adapter.items.out"])
	assert.Equal(t, int64(1), sums["otelwasm.adapter.items.added"])
	assert.Equal(t, int64(2), sums["otelwasm.adapter.items.dropped guest_decision"])
	assert.Equal(t, int64(1), sums["otelwasm.adapter.items.dropped GUEST_TRAP"])
	assert.Equal(t, int64(1), sums["otelwasm.adapter.items.dropped GUEST_STATUS"])
	assert.Equal(t, int64(1), sums["otelwasm.guest.errors GUEST_STATUS"])
	assert.Positive(t, sums["otelwasm.guest.restarts"])
	assert.Positive(t, sums["otelwasm.guest.memory.usage"])
	assert.Equal(t, int64(1), sums["otelwasm.guest.state"])
}

func TestStartFails(t *testing.T) {
	for guest, code := range map[string]wasmplugin.Code{"startFails": wasmplugin.StartFailed, "noMarker": wasmplugin.ABIMismatch} {
		p, err := wasmprocessor.NewFactory().CreateTraces(context.Background(),
			processortest.NewNopSettings(wasmprocessor.NewFactory().Type()), configOf(guesttest.Path(t, guest)), consumertest.NewNop())
		require.NoError(t, err)
		var own *wasmplugin.Error
		require.ErrorAs(t, p.Start(context.Background(), componenttest.NewNopHost()), &own)
		assert.Equal(t, code, own.Code)
		require.NoError(t, p.Shutdown(context.Background()))
	}
}

func TestConfig(t *testing.T) {
	config := wasmprocessor.NewFactory().CreateDefaultConfig()
	require.NoError(t, confmap.NewFromStringMap(map[string]any{
		"path": "filter.wasm", "plugin_config": map[string]any{"drop": []any{"/healthz"}}, "timeout": "50ms", "instances": 2,
		"wasi": map[string]any{"env": map[string]any{"A": "b"}}, "runtime": "interpreted", "restart": map[string]any{"max_delay": "1s"},
	}).Unmarshal(config))
	require.NoError(t, confmap.Validate(config))
	own := config.(*wasmprocessor.Config)
	assert.Equal(t, 50*time.Millisecond, own.Timeout)
	assert.Equal(t, 100*time.Millisecond, own.Restart.InitialDelay)
	assert.Equal(t, time.Second, own.Restart.MaxDelay)

	for name, change := range map[string]func(*wasmprocessor.Config){
		`path is "": allowed is the path of a .wasm file`:                         func(c *wasmprocessor.Config) { c.Path = "" },
		`timeout is 0s: allowed is a time above 0`:                                func(c *wasmprocessor.Config) { c.Timeout = 0 },
		`start_timeout is -1ns: allowed is a time above 0`:                        func(c *wasmprocessor.Config) { c.StartTimeout = -1 },
		`memory_limit_mib is 5000: allowed is a number from 1 to 4096`:            func(c *wasmprocessor.Config) { c.MemoryLimitMiB = 5000 },
		`instances is 0: allowed is a number above 0`:                             func(c *wasmprocessor.Config) { c.Instances = 0 },
		`on_error is "ignore": allowed is "drop" or "passthrough" or "propagate"`: func(c *wasmprocessor.Config) { c.OnError = "ignore" },
		`runtime is "fast": allowed is "compiled" or "interpreted"`:               func(c *wasmprocessor.Config) { c.Runtime = "fast" },
		`restart::healthy is 0s: allowed is a time above 0`:                       func(c *wasmprocessor.Config) { c.Restart.Healthy = 0 },
		`wasi::env is "A=B=c": allowed is names without = and texts without NUL`:  func(c *wasmprocessor.Config) { c.WASI.Env = map[string]string{"A=B": "c"} },
		`wasi::args is "\x00": allowed is texts without NUL`:                      func(c *wasmprocessor.Config) { c.WASI.Args = []string{"\x00"} },
	} {
		c := configOf("x.wasm")
		change(c)
		err := confmap.Validate(c)
		require.Error(t, err)
		assert.Contains(t, err.Error(), name)
	}
	c := configOf("x.wasm")
	c.PluginConfig = func() {}
	assert.ErrorContains(t, confmap.Validate(c), "any value that JSON can hold")
}
