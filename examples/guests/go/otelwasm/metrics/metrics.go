//go:build wasip1

// Package metrics exports consume_metrics: importing it makes the guest a processor or exporter of metrics.
package metrics

import (
	"otelwasm.example/otelwasm"

	"go.opentelemetry.io/collector/pdata/pmetric"
)

var handle func(payload []byte) error

//go:wasmexport consume_metrics
func consumeMetrics(pointer, size uint32) uint32 { return otelwasm.Consume(pointer, size, handle) }

// Handle sets what happens to a batch: OTLP MetricsData, owned by consume. It emits results with otelwasm.EmitMetrics.
func Handle(consume func(payload []byte) error) {
	otelwasm.Support(otelwasm.Metrics)
	handle = consume
}

// HandleData is Handle for a decoded batch.
func HandleData(consume func(data pmetric.Metrics) error) {
	Handle(func(payload []byte) error {
		data, err := (&pmetric.ProtoUnmarshaler{}).UnmarshalMetrics(payload)
		if err != nil {
			return err
		}
		return consume(data)
	})
}

// Emit hands data to the next consumer. Data without a resource is zero bytes, which drops everything.
func Emit(data pmetric.Metrics) error {
	payload, err := (&pmetric.ProtoMarshaler{}).MarshalMetrics(data)
	if err == nil {
		otelwasm.EmitMetrics(payload)
	}
	return err
}
