//go:build wasip1

package collector

import (
	"bytes"
	"encoding/json"
	"fmt"

	"otelwasm.example/otelwasm"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/processor"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	tracenoop "go.opentelemetry.io/otel/trace/noop"
	"go.uber.org/zap"
)

// settings of a processor: it logs to the guest's host and records no telemetry of its own.
func settings(factory processor.Factory) processor.Settings {
	return processor.Settings{
		ID: component.NewID(factory.Type()),
		TelemetrySettings: component.TelemetrySettings{
			Logger:         zap.New(newHostCore()),
			TracerProvider: tracenoop.NewTracerProvider(),
			MeterProvider:  metricnoop.NewMeterProvider(),
			Resource:       pcommon.NewResource(),
		},
		BuildInfo: component.BuildInfo{Command: "otelwasm", Description: "otelwasm guest", Version: "0"},
	}
}

// configure reads the plugin configuration into the factory's own configuration and validates it.
func configure(factory processor.Factory) (component.Config, error) {
	var given map[string]any
	decoder := json.NewDecoder(bytes.NewReader(otelwasm.Config()))
	decoder.UseNumber()
	if err := decoder.Decode(&given); err != nil {
		return nil, fmt.Errorf("plugin configuration: %w", err)
	}
	for key, value := range given {
		given[key] = asYAML(value)
	}
	config := factory.CreateDefaultConfig()
	if err := confmap.NewFromStringMap(given).Unmarshal(config); err != nil {
		return nil, err
	}
	return config, confmap.Validate(config)
}

// asYAML turns JSON's one kind of number into what YAML reads: 1 is an int there, and processors tell it from 1.0.
func asYAML(value any) any {
	switch value := value.(type) {
	case json.Number:
		if whole, err := value.Int64(); err == nil {
			return int(whole)
		}
		real, _ := value.Float64()
		return real
	case []any:
		for i := range value {
			value[i] = asYAML(value[i])
		}
	case map[string]any:
		for key := range value {
			value[key] = asYAML(value[key])
		}
	}
	return value
}
