package wasmprocessor

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processorhelper"

	"otelwasm.example/collector/internal/plugin"
	"otelwasm.example/collector/internal/runner"
	"otelwasm.example/collector/wasmplugin"
)

// wasmProcessor hands batches to a guest and takes back what it makes of them.
type wasmProcessor[T any] struct {
	data     plugin.Data[T]
	config   *Config
	settings processor.Settings
	opened   *plugin.Opened
	pool     *runner.Pool
}

func newProcessor[T any](settings processor.Settings, config *Config, data plugin.Data[T]) *wasmProcessor[T] {
	return &wasmProcessor[T]{data: data, config: config, settings: settings}
}

func (p *wasmProcessor[T]) lifecycle() []processorhelper.Option {
	return []processorhelper.Option{
		processorhelper.WithStart(p.start),
		processorhelper.WithShutdown(p.shutdown),
		processorhelper.WithCapabilities(consumer.Capabilities{MutatesData: true}),
	}
}

func (p *wasmProcessor[T]) start(ctx context.Context, _ component.Host) (err error) {
	p.opened, err = plugin.Open(ctx, &p.config.Config, wasmplugin.Processor, p.data.Signal, p.settings.ID, p.settings.TelemetrySettings)
	if err != nil {
		return err
	}
	p.pool, err = p.opened.NewPool(ctx, &p.config.Config, p.config.Instances, runner.OnError(p.config.OnError))
	return err
}

func (p *wasmProcessor[T]) shutdown(ctx context.Context) error {
	if p.pool == nil {
		return nil
	}
	return errors.Join(p.pool.Shutdown(ctx), p.opened.Close(ctx))
}

func (p *wasmProcessor[T]) process(ctx context.Context, data T) (T, error) {
	payload, err := p.data.Encode(data)
	if err != nil {
		return data, consumererror.NewPermanent(err)
	}
	result := p.pool.Process(ctx, runner.Batch{Payload: payload, Items: p.data.Count(data)})
	switch {
	case result.Failed > 0 && p.propagates():
		return data, refusal(result.Err)
	case !result.Changed:
		return data, nil
	case result.Items == 0:
		return data, processorhelper.ErrSkipProcessingData
	case p.data.Keep(data, payload, result.Payload):
		return data, nil
	}
	changed, err := p.data.Decode(result.Payload)
	if err == nil {
		return changed, nil
	}
	malformed := &wasmplugin.Error{Code: wasmplugin.Decode, Message: "what the guest returned cannot be decoded: " + err.Error(), Cause: err}
	p.pool.NotDelivered(result.Items, malformed)
	if p.propagates() {
		return data, refusal(malformed)
	}
	return data, processorhelper.ErrSkipProcessingData
}

func (p *wasmProcessor[T]) propagates() bool { return p.config.OnError == string(runner.Propagate) }

// refusal of a batch, which whoever sent it may try again when the guest was busy or down.
func refusal(err *wasmplugin.Error) error {
	switch err.Code {
	case wasmplugin.GuestDown, wasmplugin.QueueFull, wasmplugin.Shutdown, wasmplugin.StartFailed:
		return err
	}
	return consumererror.NewPermanent(err)
}
