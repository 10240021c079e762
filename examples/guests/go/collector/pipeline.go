//go:build wasip1

package collector

import (
	"context"
	"errors"

	"otelwasm.example/otelwasm"
	"otelwasm.example/otelwasm/logs"
	"otelwasm.example/otelwasm/metrics"
	"otelwasm.example/otelwasm/pdata"
	"otelwasm.example/otelwasm/traces"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
)

var errNotStarted = errors.New("the processor was not started")

// pipeline is the processor of one signal, or why there is none.
type pipeline struct {
	create    func(processor.Settings, component.Config) (component.Component, error)
	processor component.Component
	failure   error
	emitted   bool
}

func (p *pipeline) start(settings processor.Settings, config component.Config) {
	if p.processor, p.failure = p.create(settings, config); p.failure == nil {
		p.failure = p.processor.Start(context.Background(), host{})
	}
}

// run calls the processor. A processor that hands nothing on has dropped the batch; a guest says so with zero bytes.
func (p *pipeline) run(consume func() error, drop func(payload []byte)) error {
	if p.failure != nil {
		return p.failure
	}
	p.emitted = false
	err := consume()
	if err == nil && !p.emitted {
		drop(nil)
	}
	return err
}

func (p *pipeline) emitting(err error) error {
	p.emitted = true
	return err
}

var mutating = consumer.WithCapabilities(consumer.Capabilities{MutatesData: true})

func tracesPipeline(factory processor.Factory) *pipeline {
	p := &pipeline{failure: errNotStarted}
	next, err := consumer.NewTraces(func(_ context.Context, data ptrace.Traces) error {
		return p.emitting(pdata.EmitTraces(data))
	}, mutating)
	p.create = func(settings processor.Settings, config component.Config) (component.Component, error) {
		created, failure := factory.CreateTraces(context.Background(), settings, config, next)
		return created, errors.Join(err, failure)
	}
	traces.Handle(pdata.Traces(func(data ptrace.Traces) error {
		return p.run(func() error {
			return p.processor.(processor.Traces).ConsumeTraces(context.Background(), data)
		}, otelwasm.EmitTraces)
	}))
	if factory.TracesStability() == component.StabilityLevelUndefined {
		otelwasm.Withdraw(otelwasm.Traces)
	}
	return p
}

func metricsPipeline(factory processor.Factory) *pipeline {
	p := &pipeline{failure: errNotStarted}
	next, err := consumer.NewMetrics(func(_ context.Context, data pmetric.Metrics) error {
		return p.emitting(pdata.EmitMetrics(data))
	}, mutating)
	p.create = func(settings processor.Settings, config component.Config) (component.Component, error) {
		created, failure := factory.CreateMetrics(context.Background(), settings, config, next)
		return created, errors.Join(err, failure)
	}
	metrics.Handle(pdata.Metrics(func(data pmetric.Metrics) error {
		return p.run(func() error {
			return p.processor.(processor.Metrics).ConsumeMetrics(context.Background(), data)
		}, otelwasm.EmitMetrics)
	}))
	if factory.MetricsStability() == component.StabilityLevelUndefined {
		otelwasm.Withdraw(otelwasm.Metrics)
	}
	return p
}

func logsPipeline(factory processor.Factory) *pipeline {
	p := &pipeline{failure: errNotStarted}
	next, err := consumer.NewLogs(func(_ context.Context, data plog.Logs) error {
		return p.emitting(pdata.EmitLogs(data))
	}, mutating)
	p.create = func(settings processor.Settings, config component.Config) (component.Component, error) {
		created, failure := factory.CreateLogs(context.Background(), settings, config, next)
		return created, errors.Join(err, failure)
	}
	logs.Handle(pdata.Logs(func(data plog.Logs) error {
		return p.run(func() error {
			return p.processor.(processor.Logs).ConsumeLogs(context.Background(), data)
		}, otelwasm.EmitLogs)
	}))
	if factory.LogsStability() == component.StabilityLevelUndefined {
		otelwasm.Withdraw(otelwasm.Logs)
	}
	return p
}
