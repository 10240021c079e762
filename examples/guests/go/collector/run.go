//go:build wasip1

// Package collector runs a processor of the OpenTelemetry Collector as an otelwasm guest:
//
//	func init() { collector.Run(transformprocessor.NewFactory()) }
//
// The plugin configuration is what stands under the processor's name in a Collector's YAML, as JSON.
package collector

import (
	"context"
	"errors"

	"otelwasm.example/otelwasm"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/processor"
)

// Run makes the guest a processor of every signal that the factory supports.
func Run(factory processor.Factory) {
	pipelines := []*pipeline{tracesPipeline(factory), metricsPipeline(factory), logsPipeline(factory)}
	otelwasm.OnStart(func() error { return start(factory, pipelines) })
	otelwasm.OnShutdown(func() error { return shutdown(pipelines) })
}

// start fails for a configuration that no signal accepts. One that suits only some of them (an action on log bodies,
// say) fails the calls for the others: a guest does not know which signals its host is going to send.
func start(factory processor.Factory, pipelines []*pipeline) error {
	config, err := configure(factory)
	if err != nil {
		return err
	}
	var failures []error
	for _, pipeline := range pipelines {
		pipeline.start(settings(factory), config)
		failures = append(failures, pipeline.failure)
	}
	for _, failure := range failures {
		if failure == nil {
			return nil
		}
	}
	return errors.Join(failures...)
}

func shutdown(pipelines []*pipeline) error {
	var failures []error
	for _, pipeline := range pipelines {
		if pipeline.failure == nil {
			failures = append(failures, pipeline.processor.Shutdown(context.Background()))
		}
	}
	return errors.Join(failures...)
}

// host is the Collector that the processor believes to run in. It has no extensions.
type host struct{}

func (host) GetExtensions() map[component.ID]component.Component { return nil }
