//go:build wasip1

// Package logs exports consume_logs: importing it makes the guest a processor or exporter of logs.
package logs

import (
	"otelwasm.example/otelwasm"

	"go.opentelemetry.io/collector/pdata/plog"
)

var handle func(payload []byte) error

//go:wasmexport consume_logs
func consumeLogs(pointer, size uint32) uint32 { return otelwasm.Consume(pointer, size, handle) }

// Handle sets what happens to a batch: OTLP LogsData, owned by consume. It emits results with otelwasm.EmitLogs.
func Handle(consume func(payload []byte) error) {
	otelwasm.Support(otelwasm.Logs)
	handle = consume
}

// HandleData is Handle for a decoded batch.
func HandleData(consume func(data plog.Logs) error) {
	Handle(func(payload []byte) error {
		data, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(payload)
		if err != nil {
			return err
		}
		return consume(data)
	})
}

// Emit hands data to the next consumer. Data without a resource is zero bytes, which drops everything.
func Emit(data plog.Logs) error {
	payload, err := (&plog.ProtoMarshaler{}).MarshalLogs(data)
	if err == nil {
		otelwasm.EmitLogs(payload)
	}
	return err
}
