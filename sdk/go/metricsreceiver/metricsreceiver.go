//go:build wasip1

// Package metricsreceiver exports start_metrics_receiver: importing it makes the guest a receiver of metrics.
package metricsreceiver

import "otelwasm.example/otelwasm"

var receive func()

// Run sets what produces metrics. It emits OTLP MetricsData with otelwasm.EmitMetrics until otelwasm.ShutdownRequested, then
// returns. Goroutines it started run only while it does. A panic ends the guest: its host decides on a restart.
func Run(run func()) {
	otelwasm.Support(otelwasm.Metrics)
	receive = run
}
