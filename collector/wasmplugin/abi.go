package wasmplugin

import "strings"

// Signal is what a guest consumes or produces.
type Signal string

const (
	Traces  Signal = "traces"
	Metrics Signal = "metrics"
	Logs    Signal = "logs"
)

// Signals are all three.
var Signals = []Signal{Traces, Metrics, Logs}

// bit of get_supported_telemetry.
func (s Signal) bit() uint32 {
	return map[Signal]uint32{Metrics: 1, Logs: 2, Traces: 4}[s]
}

// Role is what a guest is to its host. Processors and exporters consume, a receiver produces.
type Role string

const (
	Processor Role = "processor"
	Exporter  Role = "exporter"
	Receiver  Role = "receiver"
)

// function is a row of the ABI: the name in ABI v1 and in 0.1.0, and how many i32 go in and out.
type function struct {
	v1, v010            string
	parameters, results int
}

// names under which a host with this profile looks the function up or offers it.
func (f function) names(p Profile) []string {
	switch p.Naming {
	case NamingV1:
		return []string{f.v1}
	case Naming010:
		return []string{f.v010}
	}
	return []string{f.v1, f.v010}
}

func (f function) signature() string {
	return signature(f.parameters, f.results)
}

func signature(parameters, results int) string {
	list := func(n int) string { return "(" + strings.TrimSuffix(strings.Repeat("i32, ", n), ", ") + ")" }
	return list(parameters) + " -> " + list(results)
}

// named is a function whose name in 0.1.0 is that of v1 with the prefix.
func named(name string, parameters, results int) function {
	return function{name, "otelwasm_" + name, parameters, results}
}

// What a guest exports.
var (
	markerExport    = function{"abi_version_v1", "otelwasm_abi_version_0_1_0", 0, 0}
	allocExport     = function{"alloc", "otelwasm_memory_allocate", 1, 1}
	startExport     = named("start", 0, 1)
	shutdownExport  = named("shutdown", 0, 1)
	supportedExport = named("get_supported_telemetry", 0, 1)
)

func consumeExport(signal Signal) function {
	return named("consume_"+string(signal), 2, 1)
}

func receiverExport(signal Signal) function {
	return named("start_"+string(signal)+"_receiver", 0, 0)
}

const (
	memoryExport     = "memory"
	initializeExport = "_initialize"
	wasiModule       = "wasi_snapshot_preview1"
)

// requiredExports of a guest in a role. Receivers are handed nothing: no alloc.
func requiredExports(role Role, signal Signal) []function {
	if role == Receiver {
		return []function{markerExport, startExport, shutdownExport, receiverExport(signal)}
	}
	return []function{markerExport, allocExport, startExport, shutdownExport, consumeExport(signal)}
}

// Exports and imports by which a guest of the retired experimental (pull) ABI is told.
var (
	experimentalExports = []string{
		"processTraces", "pushTraces", "processMetrics", "pushMetrics", "processLogs", "pushLogs",
	}
	experimentalImports = []string{"currentTraces", "currentMetrics", "currentLogs"}
)
