//go:build wasip1

// Package otelwasm lets a Go program speak otelwasm ABI v1 as a guest. It holds what every guest needs; the
// functions of a signal and a role are exported by importing the package named after them, for instance
// otelwasm/traces for consume_traces or otelwasm/logsreceiver for start_logs_receiver.
//
// A guest registers itself in an init function: the module is a reactor, its main never runs.
package otelwasm

import "unsafe"

// Signal is a bit of get_supported_telemetry.
type Signal uint32

const (
	Metrics Signal = 1
	Logs    Signal = 2
	Traces  Signal = 4
)

var (
	supported Signal
	onStart   = func() error { return nil }
	onStop    = func() error { return nil }

	// pinned keeps what alloc handed out reachable: the host holds a number, which the collector cannot see.
	pinned = map[uint32][]byte{}
)

// Support adds to what get_supported_telemetry answers. Registering a signal's handler calls it.
func Support(signal Signal) { supported |= signal }

// Withdraw takes a signal back from what get_supported_telemetry answers.
func Withdraw(signal Signal) { supported &^= signal }

// OnStart sets what runs once before the first batch; its error fails the guest's start with that reason.
func OnStart(run func() error) { onStart = run }

// OnShutdown sets what runs once after the last batch.
func OnShutdown(run func() error) { onStop = run }

//go:wasmexport abi_version_v1
func abiVersionV1() {}

//go:wasmexport get_supported_telemetry
func getSupportedTelemetry() uint32 { return uint32(supported) }

//go:wasmexport start
func start() uint32 { return status(onStart) }

//go:wasmexport shutdown
func shutdown() uint32 { return status(onStop) }

//go:wasmexport alloc
func alloc(size uint32) uint32 {
	payload := make([]byte, max(size, 1))
	pointer := address(payload)
	pinned[pointer] = payload
	return pointer
}

func address(payload []byte) uint32 {
	return uint32(uintptr(unsafe.Pointer(unsafe.SliceData(payload))))
}
