//go:build wasip1

package otelwasm

import (
	"encoding/json"
	"fmt"
	"unsafe"
)

//go:wasmimport opentelemetry.io/wasm set_result_traces
func setResultTraces(pointer unsafe.Pointer, size uint32)

//go:wasmimport opentelemetry.io/wasm set_result_metrics
func setResultMetrics(pointer unsafe.Pointer, size uint32)

//go:wasmimport opentelemetry.io/wasm set_result_logs
func setResultLogs(pointer unsafe.Pointer, size uint32)

//go:wasmimport opentelemetry.io/wasm get_plugin_config
func getPluginConfig(pointer unsafe.Pointer, limit uint32) uint32

//go:wasmimport opentelemetry.io/wasm set_status_reason
func setStatusReason(pointer unsafe.Pointer, size uint32)

//go:wasmimport opentelemetry.io/wasm get_shutdown_requested
func getShutdownRequested() uint32

//go:wasmimport opentelemetry.io/wasm log
func hostLog(level uint32, pointer unsafe.Pointer, size uint32)

// EmitTraces hands OTLP TracesData to the next consumer. From a processor, nothing emitted means the batch goes on
// unchanged; an empty payload means all of it is dropped.
func EmitTraces(payload []byte) { setResultTraces(first(payload), uint32(len(payload))) }

// EmitMetrics hands OTLP MetricsData to the next consumer, as EmitTraces does.
func EmitMetrics(payload []byte) { setResultMetrics(first(payload), uint32(len(payload))) }

// EmitLogs hands OTLP LogsData to the next consumer, as EmitTraces does.
func EmitLogs(payload []byte) { setResultLogs(first(payload), uint32(len(payload))) }

// SetStatusReason says why the running call is about to fail. Returning an error from a handler does it for you.
func SetStatusReason(reason string) {
	setStatusReason(unsafe.Pointer(unsafe.StringData(reason)), uint32(len(reason)))
}

// ShutdownRequested tells a receiver to return.
func ShutdownRequested() bool { return getShutdownRequested() != 0 }

// Level of a log line.
type Level uint32

const (
	Trace Level = iota
	Debug
	Info
	Warn
	Error
)

// Log writes one line to the host's logger.
func Log(level Level, line string) {
	hostLog(uint32(level), unsafe.Pointer(unsafe.StringData(line)), uint32(len(line)))
}

// Logf formats as fmt.Sprintf does.
func Logf(level Level, format string, values ...any) { Log(level, fmt.Sprintf(format, values...)) }

// Config is the plugin configuration: JSON, `null` where the user gave none.
func Config() []byte {
	buffer := make([]byte, 1024)
	for {
		size := getPluginConfig(first(buffer), uint32(len(buffer)))
		if size <= uint32(len(buffer)) {
			return buffer[:size]
		}
		buffer = make([]byte, size)
	}
}

// UnmarshalConfig reads the plugin configuration into target, which keeps its values where none is given.
func UnmarshalConfig(target any) error {
	if err := json.Unmarshal(Config(), target); err != nil {
		return fmt.Errorf("plugin configuration: %w", err)
	}
	return nil
}

func first(payload []byte) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(payload)) }
