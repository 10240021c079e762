/** The host functions of ABI v1. Build with `--target otelwasm` to import them as `otelwasm_*`. */

@external("opentelemetry.io/wasm", "set_result_traces")
declare function set_result_traces(pointer: usize, size: usize): void;
@external("opentelemetry.io/wasm", "set_result_metrics")
declare function set_result_metrics(pointer: usize, size: usize): void;
@external("opentelemetry.io/wasm", "set_result_logs")
declare function set_result_logs(pointer: usize, size: usize): void;
@external("opentelemetry.io/wasm", "get_plugin_config")
declare function get_plugin_config(buffer: usize, limit: usize): usize;
@external("opentelemetry.io/wasm", "set_status_reason")
declare function set_status_reason(pointer: usize, size: usize): void;
@external("opentelemetry.io/wasm", "get_shutdown_requested")
declare function get_shutdown_requested(): i32;
@external("opentelemetry.io/wasm", "log")
declare function host_log(level: i32, pointer: usize, size: usize): void;

/** The signals, with the bits that `get_supported_telemetry` gives them. */
export const enum Signal {
  Metrics = 1,
  Logs = 2,
  Traces = 4,
}

export const enum LogLevel {
  Trace = 0,
  Debug = 1,
  Info = 2,
  Warn = 3,
  Error = 4,
}

/** Writes a line to the host's log. */
export function log(level: LogLevel, text: string): void {
  const bytes = String.UTF8.encode(text);
  host_log(level, changetype<usize>(bytes), bytes.byteLength);
}

/** Says why the call that is running will return an error status. `fail` does this and sets the status too. */
export function setStatusReason(text: string): void {
  const bytes = String.UTF8.encode(text);
  set_status_reason(changetype<usize>(bytes), bytes.byteLength);
}

/** True when the host wants a receiver to return. */
export function shutdownRequested(): bool {
  return get_shutdown_requested() != 0;
}

/** Hands OTLP protobuf bytes to the next consumer. The host copies them before this returns. */
export function setResult(signal: Signal, pointer: usize, size: usize): void {
  if (signal == Signal.Traces) set_result_traces(pointer, size);
  else if (signal == Signal.Metrics) set_result_metrics(pointer, size);
  else set_result_logs(pointer, size);
}

/** The plugin configuration as JSON text; `null` (the text) when none was given. */
export function pluginConfigText(): string {
  let bytes = new ArrayBuffer(4096);
  let size = get_plugin_config(changetype<usize>(bytes), bytes.byteLength);
  if (size > <usize>bytes.byteLength) {
    bytes = new ArrayBuffer(<i32>size);
    size = get_plugin_config(changetype<usize>(bytes), bytes.byteLength);
  }
  return size == 0 ? "null" : String.UTF8.decodeUnsafe(changetype<usize>(bytes), size);
}
