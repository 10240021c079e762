package wasmexporter_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"otelwasm.example/collector/internal/guesttest"
	"otelwasm.example/collector/wasmexporter"
	"otelwasm.example/collector/wasmplugin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func configOf(path string) *wasmexporter.Config {
	config := wasmexporter.NewFactory().CreateDefaultConfig().(*wasmexporter.Config)
	config.Path = path
	return config
}

// direct is a configuration without a queue and without retries: errors come back to the caller.
func direct(path string) *wasmexporter.Config {
	config := configOf(path)
	config.QueueConfig = configoptional.None[exporterhelper.QueueBatchConfig]()
	config.BackOffConfig.Enabled = false
	return config
}

func started(t *testing.T, config *wasmexporter.Config) (exporter.Traces, *observer.ObservedLogs) {
	core, logs := observer.New(zap.DebugLevel)
	settings := exportertest.NewNopSettings(wasmexporter.NewFactory().Type())
	settings.Logger = zap.New(core)
	e, err := wasmexporter.NewFactory().CreateTraces(context.Background(), settings, config)
	require.NoError(t, err)
	require.NoError(t, e.Start(context.Background(), componenttest.NewNopHost()))
	t.Cleanup(func() { assert.NoError(t, e.Shutdown(context.Background())) })
	return e, logs
}

func TestLifecycle(t *testing.T) {
	factory := wasmexporter.NewFactory()
	ctx := context.Background()
	settings := exportertest.NewNopSettings(factory.Type())
	require.NoError(t, componenttest.CheckConfigStruct(factory.CreateDefaultConfig()))
	config := configOf(guesttest.Path(t, "everyPattern"))
	for signal, create := range map[string]func() (component.Component, error){
		"traces":  func() (component.Component, error) { return factory.CreateTraces(ctx, settings, config) },
		"metrics": func() (component.Component, error) { return factory.CreateMetrics(ctx, settings, config) },
		"logs":    func() (component.Component, error) { return factory.CreateLogs(ctx, settings, config) },
	} {
		t.Run(signal, func(t *testing.T) {
			unstarted, err := create()
			require.NoError(t, err)
			require.NoError(t, unstarted.Shutdown(ctx))
			e, err := create()
			require.NoError(t, err)
			require.NoError(t, e.Start(ctx, componenttest.NewNopHost()))
			switch consumer := e.(type) {
			case exporter.Traces:
				err = consumer.ConsumeTraces(ctx, guesttest.Traces("a"))
			case exporter.Metrics:
				err = consumer.ConsumeMetrics(ctx, pmetric.NewMetrics())
			case exporter.Logs:
				err = consumer.ConsumeLogs(ctx, plog.NewLogs())
			}
			require.NoError(t, err)
			require.NoError(t, e.Shutdown(ctx))
		})
	}
}

func TestWhatTheGuestRefusesMayBeSentAgain(t *testing.T) {
	e, _ := started(t, direct(guesttest.Path(t, "refusesWithReason")))
	err := e.ConsumeTraces(context.Background(), guesttest.Traces("a"))
	var own *wasmplugin.Error
	require.ErrorAs(t, err, &own)
	assert.Equal(t, wasmplugin.GuestStatus, own.Code)
	assert.False(t, consumererror.IsPermanent(err))
}

func TestWhatTheGuestDiesOnIsNotSentAgain(t *testing.T) {
	e, _ := started(t, direct(guesttest.Path(t, "obeysSpanNames")))
	// Of a batch whose rest it took, nothing is sent again either.
	require.NoError(t, e.ConsumeTraces(context.Background(), guesttest.Traces("a", "TRAP")))
	err := e.ConsumeTraces(context.Background(), guesttest.Traces("TRAP"))
	assert.True(t, consumererror.IsPermanent(err), err)
}

func TestOnErrorDrop(t *testing.T) {
	config := direct(guesttest.Path(t, "traps"))
	config.OnError = "drop"
	e, logs := started(t, config)
	require.NoError(t, e.ConsumeTraces(context.Background(), guesttest.Traces("a")))
	assert.Equal(t, 1, logs.FilterMessage("items dropped").Len())
}

func TestRetries(t *testing.T) {
	config := configOf(guesttest.Path(t, "traps"))
	config.Restart.InitialDelay = time.Millisecond
	config.BackOffConfig.InitialInterval = time.Millisecond
	e, logs := started(t, config)
	require.NoError(t, e.ConsumeTraces(context.Background(), guesttest.Traces("a")))
	assert.Eventually(t, func() bool { return logs.FilterMessage("items dropped").Len() > 0 }, 10*time.Second, 5*time.Millisecond)
}

func TestConfig(t *testing.T) {
	config := wasmexporter.NewFactory().CreateDefaultConfig()
	require.NoError(t, confmap.NewFromStringMap(map[string]any{
		"path": "x.wasm", "sending_queue": map[string]any{"queue_size": 5}, "retry_on_failure": map[string]any{"enabled": false},
	}).Unmarshal(config))
	require.NoError(t, confmap.Validate(config))
	bad := configOf("x.wasm")
	bad.OnError = "passthrough"
	assert.ErrorContains(t, confmap.Validate(bad), `on_error is "passthrough": allowed is "propagate" or "drop"`)
	bad.Instances = -1
	assert.ErrorContains(t, confmap.Validate(bad), "instances is -1")
}
