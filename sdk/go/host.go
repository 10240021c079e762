//go:build wasip1

package otelwasm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"unsafe"
)

func init() { setReason = SetStatusReason }

// EmitTraces hands OTLP TracesData to the next consumer. From a processor, nothing emitted means the batch continues
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

// priorities of syslog, by level: systemd's journal reads them from stderr, as does the host of this project.
var priorities = [...]string{Trace: "<7>", Debug: "<7>", Info: "<6>", Warn: "<4>", Error: "<3>"}

// Log writes one line to the host's log: to stderr, for Collector hosts do not offer the host function log. Each line of
// a longer text is a separate entry.
func Log(level Level, line string) {
	priority := priorities[min(level, Error)]
	os.Stderr.WriteString(priority + strings.ReplaceAll(line, "\n", "\n"+priority) + "\n")
}

// Logf formats as fmt.Sprintf does.
func Logf(level Level, format string, values ...any) { Log(level, fmt.Sprintf(format, values...)) }

// Config is the plugin configuration: JSON, `null` where the user gave none.
//
// ABI v1 says that the host answers with the size of a configuration that does not fit. Collector hosts answer 0, so only
// the largest buffer tells that there is none.
func Config() []byte {
	const largest = 16 << 20
	for capacity := uint32(1 << 12); ; {
		buffer := make([]byte, capacity)
		size := getPluginConfig(first(buffer), capacity)
		switch {
		case size > capacity:
			capacity = size
		case size > 0:
			return buffer[:size]
		case capacity >= largest:
			return []byte("null")
		default:
			capacity <<= 4
		}
	}
}

// UnmarshalConfig reads the plugin configuration into target, which keeps its values where none is given. A member that
// target does not have is an error: a misspelt option must not pass for no option.
func UnmarshalConfig(target any) error {
	decoder := json.NewDecoder(bytes.NewReader(Config()))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(target); err != nil {
		return fmt.Errorf("plugin configuration: %w", err)
	}
	return nil
}

func first(payload []byte) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(payload)) }
