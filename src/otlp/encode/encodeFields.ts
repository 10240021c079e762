import type { HrTime, SpanContext } from '@opentelemetry/api';
import { HAS_IS_REMOTE, IS_REMOTE } from '../schema';
import type { Writer } from '../wire';

/** OTLP's counts and enums as uint32. Anything else becomes 0. */
export function uint32(value: number | undefined): number {
  return value === undefined || value >>> 0 !== value ? 0 : value;
}

/** Writes a varint field, unless it is 0, the default. */
export function writeCount(writer: Writer, tag: number, count: number): void {
  if (count === 0) return;
  writer.reserve(6);
  writer.byte(tag);
  writer.varint(count);
}

/**
 * Writes a fixed64 field: nanoseconds since the epoch. A time that OTLP cannot hold (negative, NaN, missing) becomes
 * 0, unknown.
 */
export function writeTime(writer: Writer, tag: number, time: HrTime | undefined): void {
  writer.byte(tag);
  const seconds = time?.[0] ?? 0;
  const nanos = time?.[1] ?? 0;
  if (!(seconds >= 0 && nanos >= 0 && seconds < 18446744073 && nanos < 2 ** 32)) {
    writeUnusualTime(writer, seconds, nanos);
    return;
  }
  const slot = (seconds & 0xffff) % SECONDS_SLOTS;
  if (knownSeconds[slot] !== seconds) learnSeconds(slot, seconds);
  const low = secondsLow[slot] + Math.floor(nanos);
  writer.fixed64(low >>> 0, secondsHigh[slot] + (low > 0xffffffff ? (low > 0x1ffffffff ? 2 : 1) : 0));
}

/** Most times fall into one of the last few seconds. This caches their nanoseconds, split into halves. */
const SECONDS_SLOTS = 7;
const knownSeconds = new Float64Array(SECONDS_SLOTS).fill(-1);
const secondsLow = new Float64Array(SECONDS_SLOTS);
const secondsHigh = new Float64Array(SECONDS_SLOTS);

function learnSeconds(slot: number, seconds: number): void {
  // seconds * 10^9 exceeds 2^53. So the upper and the lower 16 bits are multiplied separately, each exactly.
  const upper = Math.floor(seconds / 0x10000) * 1e9;
  const lower = (seconds & 0xffff) * 1e9 + (upper & 0xffff) * 0x10000;
  knownSeconds[slot] = seconds;
  secondsLow[slot] = lower >>> 0;
  secondsHigh[slot] = Math.floor(upper / 0x10000) + Math.floor(lower / 2 ** 32);
}

function writeUnusualTime(writer: Writer, seconds: number, nanos: number): void {
  const finite = Number.isFinite(seconds) && Number.isFinite(nanos);
  const total = finite ? BigInt(Math.trunc(seconds)) * 1_000_000_000n + BigInt(Math.trunc(nanos)) : 0n;
  const held = BigInt.asUintN(64, total) === total ? total : 0n;
  writer.fixed64(Number(held & 0xffffffffn), Number(held >> 32n));
}

/** The value of a hexadecimal digit by character code. Above 0xff for every other character. */
const HEX = new Uint16Array(256).fill(0x100);
for (let digit = 0; digit < 16; digit++) {
  HEX[digit.toString(16).charCodeAt(0)] = digit;
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

/** Writes hexadecimal text as a bytes field of `size` bytes. Leaves it out if the text has another length. */
export function writeId(writer: Writer, tag: number, size: number, id: string | undefined): void {
  if (typeof id !== 'string' || id.length !== size * 2) return;
  const { bytes, position } = writer;
  let at = position + 2;
  let wrong = 0;
  for (let i = 0; i < id.length; i += 2) {
    const upper = id.charCodeAt(i);
    const lower = id.charCodeAt(i + 1);
    const byte = (HEX[upper & 0xff] << 4) | HEX[lower & 0xff];
    // Other characters have a value above 0xff.
    wrong |= byte | ((upper | lower) & 0xff00);
    bytes[at++] = byte;
  }
  if (wrong > 0xff) return;
  bytes[position] = tag;
  bytes[position + 1] = size;
  writer.position = at;
}

/** Span.flags and Link.flags: the W3C trace flags, and whether the context is remote, which is always known here. */
export function spanFlags(traceFlags: number, isRemote: boolean | undefined): number {
  return (traceFlags & 0xff) | HAS_IS_REMOTE | (isRemote ? IS_REMOTE : 0);
}

/** The W3C text of a context's trace state, '' if there is none. */
export function traceStateText(context: SpanContext): string {
  return context.traceState?.serialize() ?? '';
}
