import type { HrTime, SpanContext } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import { writeAttributes } from './encodeValue';
import { Writer } from './writer';

/** Told of an item that could not be encoded at all: one whose own methods throw. The rest of the batch goes on. */
export type OnLostItem = (error: unknown) => void;

const shared = new Writer();
let sharedInUse = false;

/** Runs `write` on the shared writer. A getter among the attributes may encode too: it gets a writer of its own. */
function withWriter(write: (writer: Writer) => void): Writer {
  if (sharedInUse) {
    const own = new Writer();
    write(own);
    return own;
  }
  sharedInUse = true;
  try {
    shared.reset();
    write(shared);
  } finally {
    sharedInUse = false;
  }
  return shared;
}

/** Bytes that `write` writes, as a view that is void as soon as anything else is encoded. */
export function borrow(write: (writer: Writer) => void): Uint8Array {
  return withWriter(write).written();
}

/** Bytes that `write` writes, in a buffer of their own. */
export function copyOut(write: (writer: Writer) => void): Uint8Array {
  // The constructor copies without first filling with zeros.
  return new Uint8Array(borrow(write));
}

/** uint32 as OTLP's counts and enums are; anything else counts as 0. */
export function uint32(value: number | undefined): number {
  return value === undefined || value >>> 0 !== value ? 0 : value;
}

/** A varint field that is left out at 0, its default. */
export function writeCount(writer: Writer, tag: number, count: number): void {
  if (count === 0) return;
  writer.reserve(6);
  writer.byte(tag);
  writer.varint(count);
}

/** A fixed64 field: nanoseconds since the epoch. A time that OTLP cannot hold (negative, NaN, missing) is 0, unknown. */
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

/** The second that a span, record or point starts or ends in is mostly one of the last few: its nanoseconds, halved. */
const SECONDS_SLOTS = 7;
const knownSeconds = new Float64Array(SECONDS_SLOTS).fill(-1);
const secondsLow = new Float64Array(SECONDS_SLOTS);
const secondsHigh = new Float64Array(SECONDS_SLOTS);

function learnSeconds(slot: number, seconds: number): void {
  // seconds * 10^9 passes 2^53: its upper and its lower 16 bits are multiplied one by one, each exactly.
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

/** Value of a hexadecimal digit by its character code; beyond a byte for every other character. */
const HEX = new Uint16Array(256).fill(0x100);
for (let digit = 0; digit < 16; digit++) {
  HEX[digit.toString(16).charCodeAt(0)] = digit;
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

/** A bytes field of `size` bytes from hexadecimal text. Left out if the text is anything else than that many bytes. */
export function writeId(writer: Writer, tag: number, size: number, id: string | undefined): void {
  if (typeof id !== 'string' || id.length !== size * 2) return;
  const { bytes, position } = writer;
  let at = position + 2;
  let wrong = 0;
  for (let i = 0; i < id.length; i += 2) {
    const upper = id.charCodeAt(i);
    const lower = id.charCodeAt(i + 1);
    const byte = (HEX[upper & 0xff] << 4) | HEX[lower & 0xff];
    wrong |= byte | ((upper | lower) & 0xff00);
    bytes[at++] = byte;
  }
  if (wrong > 0xff) return;
  bytes[position] = tag;
  bytes[position + 1] = size;
  writer.position = at;
}

const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** Span.flags and Link.flags: the W3C trace flags, and whether the context came from elsewhere, which is known. */
export function spanFlags(traceFlags: number, isRemote: boolean | undefined): number {
  return (traceFlags & 0xff) | HAS_IS_REMOTE | (isRemote ? IS_REMOTE : 0);
}

/** The W3C text of a context's trace state, '' if there is none. */
export function traceStateText(context: SpanContext): string {
  return context.traceState?.serialize() ?? '';
}

/** What a scope of SDK 3.x or of a decoder carries beyond the type of 2.x. */
type FullScope = InstrumentationScope & { attributes?: object; droppedAttributesCount?: number };

/** What a decoded resource carries beyond the SDK's type. */
type FullResource = Resource & { droppedAttributesCount?: number };

/**
 * Writes field 1 of ResourceSpans, ResourceMetrics and ResourceLogs.
 *
 * | field | Resource | |
 * | --- | --- | --- |
 * | 1 | attributes | repeated KeyValue |
 * | 2 | dropped_attributes_count | uint32 |
 *
 * Nothing of a resource is cached: its attributes may still be settling, and once a batch it costs next to nothing.
 */
export function writeResource(writer: Writer, resource: FullResource): void {
  const start = writer.open(0x0a, 512);
  const lost = writeAttributes(writer, 0x0a, resource.attributes);
  writeCount(writer, 0x10, uint32(resource.droppedAttributesCount) + lost);
  writer.close(start, 512);
}

/**
 * Writes field 1 of ScopeSpans, ScopeMetrics and ScopeLogs.
 *
 * | field | InstrumentationScope | |
 * | --- | --- | --- |
 * | 1 | name | string |
 * | 2 | version | string |
 * | 3 | attributes | repeated KeyValue |
 * | 4 | dropped_attributes_count | uint32 |
 */
export function writeScope(writer: Writer, scope: FullScope): void {
  const start = writer.open(0x0a, 0);
  writer.text(0x0a, scope.name);
  writer.text(0x12, scope.version);
  const lost = writeAttributes(writer, 0x1a, scope.attributes);
  writeCount(writer, 0x20, uint32(scope.droppedAttributesCount) + lost);
  writer.close(start, 0);
}

/** A span or a log record: what is grouped by its resource and scope. */
interface Grouped {
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
}

/**
 * Writes `items` as `TracesData` or `LogsData`: grouped by resource, then scope, both by identity and in the order of
 * their first item, as the SDK's serializers do.
 *
 * | field | TracesData, LogsData | ResourceSpans, ResourceLogs | ScopeSpans, ScopeLogs |
 * | --- | --- | --- | --- |
 * | 1 | repeated ResourceSpans, ResourceLogs | resource | scope |
 * | 2 | | repeated ScopeSpans, ScopeLogs | repeated Span, LogRecord |
 * | 3 | | schema_url | schema_url |
 */
export function writeGrouped<Item extends Grouped>(
  writer: Writer,
  items: readonly Item[],
  expectedItemSize: number,
  writeItem: (writer: Writer, item: Item) => void,
  onLost: OnLostItem | undefined,
): void {
  for (const [resource, scopes] of groupItems(items)) {
    const expected = items.length * expectedItemSize;
    const resourceStart = writer.open(0x0a, expected);
    writeResource(writer, resource);
    for (const [scope, scopeItems] of scopes) {
      const expectedScope = scopeItems.length * expectedItemSize;
      const scopeStart = writer.open(0x12, expectedScope);
      writeScope(writer, scope);
      for (const item of scopeItems) {
        const start = writer.position;
        try {
          writeItem(writer, item);
        } catch (error) {
          writer.position = start;
          onLost?.(error);
        }
      }
      writer.text(0x1a, scope.schemaUrl);
      writer.close(scopeStart, expectedScope);
    }
    writer.text(0x1a, resource.schemaUrl);
    writer.close(resourceStart, expected);
  }
}

type Groups<Item> = Map<Resource, Map<InstrumentationScope, Item[]>>;

function groupItems<Item extends Grouped>(items: readonly Item[]): Groups<Item> {
  const groups: Groups<Item> = new Map();
  for (const item of items) {
    const { resource, instrumentationScope: scope } = item;
    let scopes = groups.get(resource);
    if (!scopes) groups.set(resource, (scopes = new Map<InstrumentationScope, Item[]>()));
    const group = scopes.get(scope);
    if (group) group.push(item);
    else scopes.set(scope, [item]);
  }
  return groups;
}
