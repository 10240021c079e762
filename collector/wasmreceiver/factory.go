// Package wasmreceiver is a Collector's receiver that runs an otelwasm guest.
package wasmreceiver

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"

	"otelwasm.example/collector/internal/plugin"
)

var componentType = component.MustNewType("wasm")

// NewFactory of the receiver, for traces, metrics and logs.
func NewFactory() receiver.Factory {
	return receiver.NewFactory(componentType, createDefaultConfig,
		receiver.WithTraces(createTraces, component.StabilityLevelDevelopment),
		receiver.WithMetrics(createMetrics, component.StabilityLevelDevelopment),
		receiver.WithLogs(createLogs, component.StabilityLevelDevelopment),
	)
}

func createDefaultConfig() component.Config {
	return &Config{Config: plugin.DefaultConfig(), ShutdownTimeout: 5 * time.Second}
}

func createTraces(
	_ context.Context, settings receiver.Settings, config component.Config, next consumer.Traces,
) (receiver.Traces, error) {
	return newReceiver(settings, config.(*Config), plugin.Traces, next.ConsumeTraces)
}

func createMetrics(
	_ context.Context, settings receiver.Settings, config component.Config, next consumer.Metrics,
) (receiver.Metrics, error) {
	return newReceiver(settings, config.(*Config), plugin.Metrics, next.ConsumeMetrics)
}

func createLogs(
	_ context.Context, settings receiver.Settings, config component.Config, next consumer.Logs,
) (receiver.Logs, error) {
	return newReceiver(settings, config.(*Config), plugin.Logs, next.ConsumeLogs)
}
