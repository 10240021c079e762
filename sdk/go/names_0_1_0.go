//go:build wasip1 && otelwasm_abi_0_1_0

package otelwasm

import "unsafe"

// The names of ABI 0.1.0.

//go:wasmimport opentelemetry.io/wasm otelwasm_set_result_traces
func setResultTraces(pointer unsafe.Pointer, size uint32)

//go:wasmimport opentelemetry.io/wasm otelwasm_set_result_metrics
func setResultMetrics(pointer unsafe.Pointer, size uint32)

//go:wasmimport opentelemetry.io/wasm otelwasm_set_result_logs
func setResultLogs(pointer unsafe.Pointer, size uint32)

//go:wasmimport opentelemetry.io/wasm otelwasm_get_plugin_config
func getPluginConfig(pointer unsafe.Pointer, limit uint32) uint32

//go:wasmimport opentelemetry.io/wasm otelwasm_set_status_reason
func setStatusReason(pointer unsafe.Pointer, size uint32)

//go:wasmimport opentelemetry.io/wasm otelwasm_get_shutdown_requested
func getShutdownRequested() uint32

//go:wasmexport otelwasm_abi_version_0_1_0
func abiVersion() {}

//go:wasmexport otelwasm_get_supported_telemetry
func getSupportedTelemetry() uint32 { return uint32(supported) }

//go:wasmexport otelwasm_start
func start() uint32 { return status(configure) }

//go:wasmexport otelwasm_shutdown
func shutdown() uint32 { return status(onStop) }

//go:wasmexport otelwasm_memory_allocate
func alloc(size uint32) uint32 { return pin(size) }
