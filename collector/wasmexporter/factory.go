// Package wasmexporter is a Collector's exporter that runs an otelwasm guest.
package wasmexporter

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"otelwasm.example/collector/internal/plugin"
	"otelwasm.example/collector/internal/runner"
)

var componentType = component.MustNewType("wasm")

// NewFactory of the exporter, for traces, metrics and logs.
func NewFactory() exporter.Factory {
	return exporter.NewFactory(componentType, createDefaultConfig,
		exporter.WithTraces(createTraces, component.StabilityLevelDevelopment),
		exporter.WithMetrics(createMetrics, component.StabilityLevelDevelopment),
		exporter.WithLogs(createLogs, component.StabilityLevelDevelopment),
	)
}

func createDefaultConfig() component.Config {
	return &Config{
		Config:        plugin.DefaultConfig(),
		Instances:     1,
		OnError:       string(runner.Propagate),
		QueueConfig:   configoptional.Some(exporterhelper.NewDefaultQueueConfig()),
		BackOffConfig: configretry.NewDefaultBackOffConfig(),
	}
}

func createTraces(ctx context.Context, settings exporter.Settings, config component.Config) (exporter.Traces, error) {
	e := newExporter(settings, config.(*Config), plugin.Traces)
	return exporterhelper.NewTraces(ctx, settings, config, e.push, e.options()...)
}

func createMetrics(ctx context.Context, settings exporter.Settings, config component.Config) (exporter.Metrics, error) {
	e := newExporter(settings, config.(*Config), plugin.Metrics)
	return exporterhelper.NewMetrics(ctx, settings, config, e.push, e.options()...)
}

func createLogs(ctx context.Context, settings exporter.Settings, config component.Config) (exporter.Logs, error) {
	e := newExporter(settings, config.(*Config), plugin.Logs)
	return exporterhelper.NewLogs(ctx, settings, config, e.push, e.options()...)
}
