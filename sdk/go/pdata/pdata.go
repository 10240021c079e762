//go:build wasip1

// Package pdata lets a guest work on decoded batches: traces.Handle(pdata.Traces(func(data ptrace.Traces) error {...})).
// It costs megabytes of module and most of the time of a call; a guest that only looks at a few fields slices bytes.
package pdata

import (
	"otelwasm.example/otelwasm"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// Traces decodes a batch for consume.
func Traces(consume func(data ptrace.Traces) error) func(payload []byte) error {
	return func(payload []byte) error {
		data, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(payload)
		if err != nil {
			return err
		}
		return consume(data)
	}
}

// EmitTraces hands data to the next consumer. Data without a resource is zero bytes, which drops everything.
func EmitTraces(data ptrace.Traces) error {
	payload, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(data)
	if err == nil {
		otelwasm.EmitTraces(payload)
	}
	return err
}

// Metrics decodes a batch for consume.
func Metrics(consume func(data pmetric.Metrics) error) func(payload []byte) error {
	return func(payload []byte) error {
		data, err := (&pmetric.ProtoUnmarshaler{}).UnmarshalMetrics(payload)
		if err != nil {
			return err
		}
		return consume(data)
	}
}

// EmitMetrics hands data to the next consumer. Data without a resource is zero bytes, which drops everything.
func EmitMetrics(data pmetric.Metrics) error {
	payload, err := (&pmetric.ProtoMarshaler{}).MarshalMetrics(data)
	if err == nil {
		otelwasm.EmitMetrics(payload)
	}
	return err
}

// Logs decodes a batch for consume.
func Logs(consume func(data plog.Logs) error) func(payload []byte) error {
	return func(payload []byte) error {
		data, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(payload)
		if err != nil {
			return err
		}
		return consume(data)
	}
}

// EmitLogs hands data to the next consumer. Data without a resource is zero bytes, which drops everything.
func EmitLogs(data plog.Logs) error {
	payload, err := (&plog.ProtoMarshaler{}).MarshalLogs(data)
	if err == nil {
		otelwasm.EmitLogs(payload)
	}
	return err
}
