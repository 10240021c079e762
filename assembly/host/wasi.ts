/** The few functions of WASI preview 1 that guests use. A guest imports only those that it calls. */
import { shutdownRequested } from './functions';

@external("wasi_snapshot_preview1", "poll_oneoff")
declare function poll_oneoff(subscriptions: usize, events: usize, count: u32, countOut: usize): u32;
@external("wasi_snapshot_preview1", "clock_time_get")
declare function clock_time_get(clock: u32, precision: u64, timeOut: usize): u32;
@external("wasi_snapshot_preview1", "random_get")
declare function random_get(buffer: usize, size: usize): u32;
@external("wasi_snapshot_preview1", "fd_write")
declare function fd_write(fd: u32, vectors: usize, count: u32, writtenOut: usize): u32;

const REALTIME: u32 = 0;
const MONOTONIC: u32 = 1;
const STDOUT: u32 = 1;
const STDERR: u32 = 2;
const NANOS_PER_MILLI: u64 = 1000000;

// Limits how late a guest stops on a host that cannot wake it from sleep.
const LONGEST_NAP_MILLIS: i64 = 100;

// WASI's subscription (48 bytes), event (32 bytes) and out parameters. Static: their addresses never change.
const subscription = memory.data(48, 8);
const event = memory.data(32, 8);
const result = memory.data(8, 8);

/** Nanoseconds since 1970. */
export function now(): u64 {
  return readClock(REALTIME);
}

function readClock(clock: u32): u64 {
  return clock_time_get(clock, 0, result) == 0 ? load<u64>(result) : 0;
}

/** Sleeps, at most until the host asks for shutdown. True when the full time passed. */
export function sleep(millis: i64): bool {
  const end = readClock(MONOTONIC) + <u64>max<i64>(millis, 0) * NANOS_PER_MILLI;
  while (!shutdownRequested()) {
    const time = readClock(MONOTONIC);
    if (time >= end) return true;
    if (!nap(min<u64>(end - time, <u64>LONGEST_NAP_MILLIS * NANOS_PER_MILLI))) return false;
  }
  return false;
}

function nap(nanos: u64): bool {
  memory.fill(subscription, 0, 48);
  store<u32>(subscription + 16, MONOTONIC);
  store<u64>(subscription + 24, nanos);
  return poll_oneoff(subscription, event, 1, result) == 0;
}

/** Fills memory with random bytes. */
export function randomBytes(pointer: usize, size: usize): void {
  if (random_get(pointer, size) != 0) memory.fill(pointer, 0, size);
}

/** Writes bytes to stdout. False when the host refuses them. */
export function writeStdout(pointer: usize, size: usize): bool {
  return write(STDOUT, pointer, size);
}

/** Writes bytes to stderr. False when the host refuses them. */
export function writeStderr(pointer: usize, size: usize): bool {
  return write(STDERR, pointer, size);
}

function write(stream: u32, pointer: usize, size: usize): bool {
  while (size > 0) {
    store<u32>(subscription, <u32>pointer);
    store<u32>(subscription + 4, <u32>size);
    if (fd_write(stream, subscription, 1, result) != 0) return false;
    const written = <usize>load<u32>(result);
    if (written == 0 || written > size) return false;
    pointer += written;
    size -= written;
  }
  return true;
}
