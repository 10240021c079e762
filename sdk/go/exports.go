//go:build wasip1

// Package otelwasm lets a Go program speak otelwasm ABI v1 as a guest. It holds what every guest needs; the
// functions of a signal and a role are exported by importing the package named after them, for instance
// otelwasm/traces for consume_traces or otelwasm/logsreceiver for start_logs_receiver.
//
// A guest registers itself in an init function: the module is a reactor, its main never runs.
package otelwasm

// Signal is a bit of get_supported_telemetry.
type Signal uint32

const (
	Metrics Signal = 1
	Logs    Signal = 2
	Traces  Signal = 4
)

var supported Signal

// Support adds to what get_supported_telemetry answers. Registering a signal's handler calls it.
func Support(signal Signal) { supported |= signal }

// Withdraw takes a signal back from what get_supported_telemetry answers.
func Withdraw(signal Signal) { supported &^= signal }

// OnStart sets what runs once before the first batch: in start, or in the first call where the host calls no start. With
// its error that call fails, and every one after it: a filter that does not know what to drop lets nothing through.
func OnStart(run func() error) { onStart = run }

// OnShutdown sets what runs once after the last batch.
func OnShutdown(run func() error) { onStop = run }
