/**
 * What `assembly/host/functions.ts` and `log.ts` are for otelwasm, over Extism's kernel: the build puts this file in their place, so that the same
 * guest and the same slicing run as a plugin. Extism's memory is not the plugin's: every byte crosses in 64-bit pieces.
 */
@external("extism:host/env", "alloc")
declare function alloc(size: u64): u64;
@external("extism:host/env", "length")
declare function length(offset: u64): u64;
@external("extism:host/env", "load_u8")
declare function load_u8(offset: u64): u32;
@external("extism:host/env", "store_u8")
declare function store_u8(offset: u64, value: u32): void;
@external("extism:host/env", "store_u64")
declare function store_u64(offset: u64, value: u64): void;
@external("extism:host/env", "input_length")
declare function input_length(): u64;
@external("extism:host/env", "input_load_u8")
declare function input_load_u8(offset: u64): u32;
@external("extism:host/env", "input_load_u64")
declare function input_load_u64(offset: u64): u64;
@external("extism:host/env", "output_set")
declare function output_set(offset: u64, size: u64): void;
@external("extism:host/env", "error_set")
declare function error_set(offset: u64): void;
@external("extism:host/env", "config_get")
declare function config_get(key: u64): u64;

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

export function inputLength(): i32 {
  return <i32>input_length();
}

/** Copies the input into the plugin's memory, as Extism's own plugin kits do. */
export function readInput(pointer: usize, size: usize): void {
  let at: usize = 0;
  for (; at + 8 <= size; at += 8) store<u64>(pointer + at, input_load_u64(<u64>at));
  for (; at < size; at++) store<u8>(pointer + at, <u8>input_load_u8(<u64>at));
}

/** Copies bytes into a block of Extism's memory. */
function toBlock(pointer: usize, size: usize): u64 {
  const block = alloc(<u64>size);
  let at: usize = 0;
  for (; at + 8 <= size; at += 8) store_u64(block + <u64>at, load<u64>(pointer + at));
  for (; at < size; at++) store_u8(block + <u64>at, load<u8>(pointer + at));
  return block;
}

function textBlock(text: string): u64 {
  const bytes = String.UTF8.encode(text);
  return toBlock(changetype<usize>(bytes), bytes.byteLength);
}

export function setResult(_signal: Signal, pointer: usize, size: usize): void {
  output_set(toBlock(pointer, size), <u64>size);
}

export function setStatusReason(text: string): void {
  error_set(textBlock(text));
}

export function log(_level: LogLevel, _text: string): void {}

export function shutdownRequested(): bool {
  return false;
}

export function wantedTemporality(): i32 {
  return 0;
}

export function readPluginConfig(buffer: usize, limit: usize): usize {
  const block = config_get(textBlock('pluginConfig'));
  const size: usize = block == 0 ? 0 : <usize>length(block);
  if (size <= limit) for (let i: usize = 0; i < size; i++) store<u8>(buffer + i, <u8>load_u8(block + <u64>i));
  return size;
}
