//go:build wasip1

// Package logs exports consume_logs: importing it makes the guest a processor or exporter of logs.
package logs

import "otelwasm.example/otelwasm"

var handle func(payload []byte) error

// Handle sets what happens to a batch: OTLP LogsData, owned by consume. It emits results with otelwasm.EmitLogs.
func Handle(consume func(payload []byte) error) {
	otelwasm.Support(otelwasm.Logs)
	handle = consume
}
