package main

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// chain is the processors of one signal, each handing on to the next and the last to a sink.
type chain struct {
	components []component.Component
	run        func(ctx context.Context, input []byte) (*[]byte, error)
}

func newChain(signal, text string, core zapcore.Core) (*chain, error) {
	processors, err := configure(signal, text)
	if err != nil {
		return nil, err
	}
	made := new(chain)
	switch signal {
	case "traces":
		err = made.traces(processors, core)
	case "metrics":
		err = made.metrics(processors, core)
	case "logs":
		err = made.logs(processors, core)
	default:
		err = fmt.Errorf("unknown signal %q", signal)
	}
	if err != nil {
		return nil, err
	}
	for _, each := range made.components {
		if err := each.Start(context.Background(), componenttest.NewNopHost()); err != nil {
			return nil, err
		}
	}
	return made, nil
}

func (made *chain) shutdown() {
	for _, each := range made.components {
		_ = each.Shutdown(context.Background())
	}
}

func settings(of configured, core zapcore.Core) processor.Settings {
	set := processortest.NewNopSettings(of.factory.Type())
	set.ID = of.id
	set.Logger = zap.New(core)
	return set
}

func (made *chain) traces(processors []configured, core zapcore.Core) error {
	sink := new(consumertest.TracesSink)
	var next consumer.Traces = sink
	for i := len(processors) - 1; i >= 0; i-- {
		each := processors[i]
		created, err := each.factory.CreateTraces(context.Background(), settings(each, core), each.config, next)
		if err != nil {
			return err
		}
		made.components, next = append(made.components, created), created
	}
	made.run = func(ctx context.Context, input []byte) (*[]byte, error) {
		sink.Reset()
		data, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(input)
		if err != nil {
			return nil, err
		}
		if err := next.ConsumeTraces(ctx, data); err != nil || len(sink.AllTraces()) == 0 {
			return nil, err
		}
		output, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(sink.AllTraces()[0])
		return &output, err
	}
	return nil
}

func (made *chain) metrics(processors []configured, core zapcore.Core) error {
	sink := new(consumertest.MetricsSink)
	var next consumer.Metrics = sink
	for i := len(processors) - 1; i >= 0; i-- {
		each := processors[i]
		created, err := each.factory.CreateMetrics(context.Background(), settings(each, core), each.config, next)
		if err != nil {
			return err
		}
		made.components, next = append(made.components, created), created
	}
	made.run = func(ctx context.Context, input []byte) (*[]byte, error) {
		sink.Reset()
		data, err := (&pmetric.ProtoUnmarshaler{}).UnmarshalMetrics(input)
		if err != nil {
			return nil, err
		}
		if err := next.ConsumeMetrics(ctx, data); err != nil || len(sink.AllMetrics()) == 0 {
			return nil, err
		}
		output, err := (&pmetric.ProtoMarshaler{}).MarshalMetrics(sink.AllMetrics()[0])
		return &output, err
	}
	return nil
}

func (made *chain) logs(processors []configured, core zapcore.Core) error {
	sink := new(consumertest.LogsSink)
	var next consumer.Logs = sink
	for i := len(processors) - 1; i >= 0; i-- {
		each := processors[i]
		created, err := each.factory.CreateLogs(context.Background(), settings(each, core), each.config, next)
		if err != nil {
			return err
		}
		made.components, next = append(made.components, created), created
	}
	made.run = func(ctx context.Context, input []byte) (*[]byte, error) {
		sink.Reset()
		data, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(input)
		if err != nil {
			return nil, err
		}
		if err := next.ConsumeLogs(ctx, data); err != nil || len(sink.AllLogs()) == 0 {
			return nil, err
		}
		output, err := (&plog.ProtoMarshaler{}).MarshalLogs(sink.AllLogs()[0])
		return &output, err
	}
	return nil
}
