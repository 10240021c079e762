//go:build wasip1

// Package metrics exports consume_metrics: importing it makes the guest a processor or exporter of metrics.
package metrics

import "otelwasm.example/otelwasm"

var handle func(payload []byte) error

// Handle sets what happens to a batch: OTLP MetricsData, owned by consume. It emits results with otelwasm.EmitMetrics.
func Handle(consume func(payload []byte) error) {
	otelwasm.Support(otelwasm.Metrics)
	handle = consume
}
