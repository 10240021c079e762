//go:build wasip1

// Package traces exports consume_traces: importing it makes the guest a processor or exporter of traces.
package traces

import "otelwasm.example/otelwasm"

var handle func(payload []byte) error

// Handle sets what happens to a batch: OTLP TracesData, owned by consume. It emits results with otelwasm.EmitTraces.
func Handle(consume func(payload []byte) error) {
	otelwasm.Support(otelwasm.Traces)
	handle = consume
}
