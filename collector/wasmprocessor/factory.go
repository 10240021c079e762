// Package wasmprocessor is a Collector's processor that runs an otelwasm guest.
package wasmprocessor

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processorhelper"

	"otelwasm.example/collector/internal/plugin"
	"otelwasm.example/collector/internal/runner"
)

var componentType = component.MustNewType("wasm")

// NewFactory of the processor, for traces, metrics and logs.
func NewFactory() processor.Factory {
	return processor.NewFactory(componentType, createDefaultConfig,
		processor.WithTraces(createTraces, component.StabilityLevelDevelopment),
		processor.WithMetrics(createMetrics, component.StabilityLevelDevelopment),
		processor.WithLogs(createLogs, component.StabilityLevelDevelopment),
	)
}

func createDefaultConfig() component.Config {
	return &Config{Config: plugin.DefaultConfig(), Instances: 1, OnError: string(runner.Drop)}
}

func createTraces(
	ctx context.Context, settings processor.Settings, config component.Config, next consumer.Traces,
) (processor.Traces, error) {
	p := newProcessor(settings, config.(*Config), plugin.Traces)
	return processorhelper.NewTraces(ctx, settings, config, next, p.process, p.lifecycle()...)
}

func createMetrics(
	ctx context.Context, settings processor.Settings, config component.Config, next consumer.Metrics,
) (processor.Metrics, error) {
	p := newProcessor(settings, config.(*Config), plugin.Metrics)
	return processorhelper.NewMetrics(ctx, settings, config, next, p.process, p.lifecycle()...)
}

func createLogs(
	ctx context.Context, settings processor.Settings, config component.Config, next consumer.Logs,
) (processor.Logs, error) {
	p := newProcessor(settings, config.(*Config), plugin.Logs)
	return processorhelper.NewLogs(ctx, settings, config, next, p.process, p.lifecycle()...)
}
