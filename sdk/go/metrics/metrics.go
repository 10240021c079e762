//go:build wasip1

// Package metrics exports consume_metrics: importing it makes the guest a processor or exporter of metrics.
package metrics

import "otelwasm.example/otelwasm"

var handle func(payload []byte) error

//go:wasmexport consume_metrics
func consumeMetrics(pointer, size uint32) uint32 { return otelwasm.Consume(pointer, size, handle) }

// Handle sets what happens to a batch: OTLP MetricsData, owned by consume. It emits results with otelwasm.EmitMetrics.
func Handle(consume func(payload []byte) error) {
	otelwasm.Support(otelwasm.Metrics)
	handle = consume
}
