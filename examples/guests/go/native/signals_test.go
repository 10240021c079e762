package native

import (
	"context"
	"encoding/json"
	"testing"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"
)

// signal says how OTLP JSON becomes protobuf, and what a processor makes of it. Nothing handed on is no bytes.
type signal struct {
	encode func(t *testing.T, input []byte) []byte
	run    func(t *testing.T, factory processor.Factory, config component.Config, input []byte) ([]byte, json.RawMessage)
}

var signals = map[string]signal{
	"traces":  {encodeTraces, runTraces},
	"metrics": {encodeMetrics, runMetrics},
	"logs":    {encodeLogs, runLogs},
}

func started(t *testing.T, created component.Component, err error) {
	check(t, err)
	check(t, created.Start(context.Background(), componenttest.NewNopHost()))
	t.Cleanup(func() { check(t, created.Shutdown(context.Background())) })
}

func encodeTraces(t *testing.T, input []byte) []byte {
	data, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(input)
	check(t, err)
	output, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(data)
	check(t, err)
	return output
}

func runTraces(t *testing.T, factory processor.Factory, config component.Config, input []byte) ([]byte, json.RawMessage) {
	sink := new(consumertest.TracesSink)
	created, err := factory.CreateTraces(context.Background(), processortest.NewNopSettings(factory.Type()), config, sink)
	started(t, created, err)
	data, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(encodeTraces(t, input))
	check(t, err)
	check(t, created.ConsumeTraces(context.Background(), data))
	if len(sink.AllTraces()) == 0 {
		return nil, nil
	}
	output, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(sink.AllTraces()[0])
	check(t, err)
	readable, err := (&ptrace.JSONMarshaler{}).MarshalTraces(sink.AllTraces()[0])
	check(t, err)
	return output, readable
}

func encodeMetrics(t *testing.T, input []byte) []byte {
	data, err := (&pmetric.JSONUnmarshaler{}).UnmarshalMetrics(input)
	check(t, err)
	output, err := (&pmetric.ProtoMarshaler{}).MarshalMetrics(data)
	check(t, err)
	return output
}

func runMetrics(t *testing.T, factory processor.Factory, config component.Config, input []byte) ([]byte, json.RawMessage) {
	sink := new(consumertest.MetricsSink)
	created, err := factory.CreateMetrics(context.Background(), processortest.NewNopSettings(factory.Type()), config, sink)
	started(t, created, err)
	data, err := (&pmetric.ProtoUnmarshaler{}).UnmarshalMetrics(encodeMetrics(t, input))
	check(t, err)
	check(t, created.ConsumeMetrics(context.Background(), data))
	if len(sink.AllMetrics()) == 0 {
		return nil, nil
	}
	output, err := (&pmetric.ProtoMarshaler{}).MarshalMetrics(sink.AllMetrics()[0])
	check(t, err)
	readable, err := (&pmetric.JSONMarshaler{}).MarshalMetrics(sink.AllMetrics()[0])
	check(t, err)
	return output, readable
}

func encodeLogs(t *testing.T, input []byte) []byte {
	data, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(input)
	check(t, err)
	output, err := (&plog.ProtoMarshaler{}).MarshalLogs(data)
	check(t, err)
	return output
}

func runLogs(t *testing.T, factory processor.Factory, config component.Config, input []byte) ([]byte, json.RawMessage) {
	sink := new(consumertest.LogsSink)
	created, err := factory.CreateLogs(context.Background(), processortest.NewNopSettings(factory.Type()), config, sink)
	started(t, created, err)
	data, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(encodeLogs(t, input))
	check(t, err)
	check(t, created.ConsumeLogs(context.Background(), data))
	if len(sink.AllLogs()) == 0 {
		return nil, nil
	}
	output, err := (&plog.ProtoMarshaler{}).MarshalLogs(sink.AllLogs()[0])
	check(t, err)
	readable, err := (&plog.JSONMarshaler{}).MarshalLogs(sink.AllLogs()[0])
	check(t, err)
	return output, readable
}
