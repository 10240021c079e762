//go:build wasip1

// Package traces exports consume_traces: importing it makes the guest a processor or exporter of traces.
package traces

import (
	"otelwasm.example/otelwasm"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

var handle func(payload []byte) error

//go:wasmexport consume_traces
func consumeTraces(pointer, size uint32) uint32 { return otelwasm.Consume(pointer, size, handle) }

// Handle sets what happens to a batch: OTLP TracesData, owned by consume. It emits results with otelwasm.EmitTraces.
func Handle(consume func(payload []byte) error) {
	otelwasm.Support(otelwasm.Traces)
	handle = consume
}

// HandleData is Handle for a decoded batch.
func HandleData(consume func(data ptrace.Traces) error) {
	Handle(func(payload []byte) error {
		data, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(payload)
		if err != nil {
			return err
		}
		return consume(data)
	})
}

// Emit hands data to the next consumer. Data without a resource is zero bytes, which drops everything.
func Emit(data ptrace.Traces) error {
	payload, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(data)
	if err == nil {
		otelwasm.EmitTraces(payload)
	}
	return err
}
