package wasmexporter

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"otelwasm.example/collector/internal/plugin"
	"otelwasm.example/collector/internal/runner"
	"otelwasm.example/collector/wasmplugin"
)

// wasmExporter hands batches to a guest that is the end of the line.
type wasmExporter[T any] struct {
	data     plugin.Data[T]
	config   *Config
	settings exporter.Settings
	opened   *plugin.Opened
	pool     *runner.Pool
}

func newExporter[T any](settings exporter.Settings, config *Config, data plugin.Data[T]) *wasmExporter[T] {
	return &wasmExporter[T]{data: data, config: config, settings: settings}
}

func (e *wasmExporter[T]) options() []exporterhelper.Option {
	return []exporterhelper.Option{
		exporterhelper.WithStart(e.start),
		exporterhelper.WithShutdown(e.shutdown),
		exporterhelper.WithQueue(e.config.QueueConfig),
		exporterhelper.WithRetry(e.config.BackOffConfig),
		// A call has the guest's own time limit, and may wait for an instance that is free.
		exporterhelper.WithTimeout(exporterhelper.TimeoutConfig{Timeout: 0}),
	}
}

func (e *wasmExporter[T]) start(ctx context.Context, _ component.Host) (err error) {
	e.opened, err = plugin.Open(ctx, &e.config.Config, wasmplugin.Exporter, e.data.Signal, e.settings.ID, e.settings.TelemetrySettings)
	if err != nil {
		return err
	}
	// What the guest did not take of a batch whose rest it took must not be sent again with that rest.
	e.pool, err = e.opened.NewPool(ctx, &e.config.Config, e.config.Instances, runner.Drop)
	return err
}

func (e *wasmExporter[T]) shutdown(ctx context.Context) error {
	if e.pool == nil {
		return nil
	}
	return errors.Join(e.pool.Shutdown(ctx), e.opened.Close(ctx))
}

func (e *wasmExporter[T]) push(ctx context.Context, data T) error {
	payload, err := e.data.Encode(data)
	if err != nil {
		return consumererror.NewPermanent(err)
	}
	items := e.data.Count(data)
	result := e.pool.Process(ctx, runner.Batch{Payload: payload, Items: items})
	if result.Failed < items || items == 0 || e.config.OnError == string(runner.Drop) {
		return nil
	}
	return failure(result.Err)
}

// failure of a batch. It is sent again but for one that the guest died on, which it would do again.
func failure(err *wasmplugin.Error) error {
	switch err.Code {
	case wasmplugin.GuestTrap, wasmplugin.GuestExit, wasmplugin.GuestTimeout, wasmplugin.AllocFailed:
		return consumererror.NewPermanent(err)
	}
	return err
}
