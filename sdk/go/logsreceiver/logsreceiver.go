//go:build wasip1

// Package logsreceiver exports start_logs_receiver: importing it makes the guest a receiver of logs.
package logsreceiver

import "otelwasm.example/otelwasm"

var receive func()

// Run sets what produces logs. It emits OTLP LogsData with otelwasm.EmitLogs until otelwasm.ShutdownRequested, then
// returns. Goroutines it started run only while it does. A panic ends the guest: its host decides on a restart.
func Run(run func()) {
	otelwasm.Support(otelwasm.Logs)
	receive = run
}
