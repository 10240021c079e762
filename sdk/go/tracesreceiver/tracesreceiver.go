//go:build wasip1

// Package tracesreceiver exports start_traces_receiver: importing it makes the guest a receiver of traces.
package tracesreceiver

import "otelwasm.example/otelwasm"

var receive func()

// Run sets what produces traces. It emits OTLP TracesData with otelwasm.EmitTraces until otelwasm.ShutdownRequested, then
// returns. Goroutines it started run only while it does. A panic ends the guest: its host decides on a restart.
func Run(run func()) {
	otelwasm.Support(otelwasm.Traces)
	receive = run
}
