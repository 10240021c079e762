/**
 * The host functions of ABI v1 that every host has (docs/abi.md, Imports). `--target otelwasm` imports them as
 * `otelwasm_*`. The host function `log` is missing: Collector hosts do not offer it.
 */
import { encodeUtf8 } from '../text';

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
// An extension that only guests with onCollect import (docs/abi-extensions.md).
@external("opentelemetry.io/wasm", "get_temporality")
declare function get_temporality(): i32;

/** The signals, with the bits that `get_supported_telemetry` gives them. */
export const enum Signal {
  Metrics = 1,
  Logs = 2,
  Traces = 4,
}

/**
 * Sets the reason of the error status that the current call will return. `fail` does this and also sets the status.
 */
export function setStatusReason(text: string): void {
  const bytes = encodeUtf8(text);
  set_status_reason(changetype<usize>(bytes), bytes.byteLength);
}

/** True when the host asks a receiver to return. */
export function shutdownRequested(): bool {
  return get_shutdown_requested() != 0;
}

/** The requested OTLP AggregationTemporality of collected metrics: 1 for delta, 2 for cumulative. */
export function wantedTemporality(): i32 {
  return get_temporality();
}

/** Passes OTLP protobuf bytes to the next consumer. The host copies them before this returns. */
export function setResult(signal: Signal, pointer: usize, size: usize): void {
  if (signal == Signal.Traces) set_result_traces(pointer, size);
  else if (signal == Signal.Metrics) set_result_metrics(pointer, size);
  else set_result_logs(pointer, size);
}

/**
 * Writes the plugin configuration to `buffer` if it fits. Returns its size, or 0 from hosts that return 0 when it
 * does not fit.
 */
export function readPluginConfig(buffer: usize, limit: usize): usize {
  return get_plugin_config(buffer, limit);
}
