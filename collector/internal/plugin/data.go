package plugin

import (
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"otelwasm.example/collector/internal/otlp"
	"otelwasm.example/collector/wasmplugin"
)

// Data says how a Collector's data of one signal becomes bytes, and bytes become data.
type Data[T any] struct {
	Signal wasmplugin.Signal
	Count  func(T) int
	Encode func(T) ([]byte, error)
	Decode func([]byte) (T, error)
	keep   func(T, walk)
}

// walk answers for each resource, scope and item, in this order, whether it is left out.
type walk func() (isLeftOut bool)

// Keep leaves in data what the bytes have that a guest made of its encoding, if all it did was to leave things out.
func (d Data[T]) Keep(data T, payload, result []byte) bool {
	kept, ok := otlp.Difference(d.Signal, payload, result)
	if ok {
		at := 0
		d.keep(data, func() bool { at++; return !kept[at-1] })
	}
	return ok
}

// Traces, Metrics and Logs of a Collector.
var (
	Traces = Data[ptrace.Traces]{
		Signal: wasmplugin.Traces,
		Count:  ptrace.Traces.SpanCount,
		Encode: new(ptrace.ProtoMarshaler).MarshalTraces,
		Decode: new(ptrace.ProtoUnmarshaler).UnmarshalTraces,
		keep: func(traces ptrace.Traces, left walk) {
			traces.ResourceSpans().RemoveIf(func(resource ptrace.ResourceSpans) bool {
				return left() || inside(func() {
					resource.ScopeSpans().RemoveIf(func(scope ptrace.ScopeSpans) bool {
						return left() || inside(func() { scope.Spans().RemoveIf(func(ptrace.Span) bool { return left() }) })
					})
				})
			})
		},
	}
	Metrics = Data[pmetric.Metrics]{
		Signal: wasmplugin.Metrics,
		Count:  pmetric.Metrics.DataPointCount,
		Encode: new(pmetric.ProtoMarshaler).MarshalMetrics,
		Decode: new(pmetric.ProtoUnmarshaler).UnmarshalMetrics,
		keep: func(metrics pmetric.Metrics, left walk) {
			metrics.ResourceMetrics().RemoveIf(func(resource pmetric.ResourceMetrics) bool {
				return left() || inside(func() {
					resource.ScopeMetrics().RemoveIf(func(scope pmetric.ScopeMetrics) bool {
						return left() || inside(func() { scope.Metrics().RemoveIf(func(pmetric.Metric) bool { return left() }) })
					})
				})
			})
		},
	}
	Logs = Data[plog.Logs]{
		Signal: wasmplugin.Logs,
		Count:  plog.Logs.LogRecordCount,
		Encode: new(plog.ProtoMarshaler).MarshalLogs,
		Decode: new(plog.ProtoUnmarshaler).UnmarshalLogs,
		keep: func(logs plog.Logs, left walk) {
			logs.ResourceLogs().RemoveIf(func(resource plog.ResourceLogs) bool {
				return left() || inside(func() {
					resource.ScopeLogs().RemoveIf(func(scope plog.ScopeLogs) bool {
						return left() || inside(func() { scope.LogRecords().RemoveIf(func(plog.LogRecord) bool { return left() }) })
					})
				})
			})
		},
	}
)

// inside of what is not left out.
func inside(walk func()) (isLeftOut bool) {
	walk()
	return false
}
