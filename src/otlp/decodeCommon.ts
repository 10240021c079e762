import type { Attributes as ApiAttributes, HrTime, SpanContext } from '@opentelemetry/api';
import { createTraceState } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { type Attributes, readAttribute, readKey, readText } from './decodeValue';
import { Reader } from './reader';
import { MESSAGES, PAYLOADS } from './schema';

/** A scope with the OTLP fields that the SDK's type leaves out. Those that are empty are not there. */
export type DecodedScope = InstrumentationScope & {
  attributes?: ApiAttributes;
  droppedAttributesCount?: number;
};

/** Attributes as the SDK types them. OTLP holds more kinds of values, and so do they at run time, as in SDK 3.x. */
export function asAttributes(attributes: Attributes): ApiAttributes {
  return attributes as ApiAttributes;
}

/** Reads a fixed64 field of nanoseconds since the epoch, exactly. */
export function readTime(reader: Reader): HrTime {
  reader.fixed64();
  const { low, high } = reader;
  // Long division of high * 2^32 + low by 10^9, 16 bits a step, so that every number stays below 2^53.
  const first = Math.floor(high / 1e9);
  const second = (high - first * 1e9) * 0x10000 + (low >>> 16);
  const secondQuotient = Math.floor(second / 1e9);
  const third = (second - secondQuotient * 1e9) * 0x10000 + (low & 0xffff);
  const thirdQuotient = Math.floor(third / 1e9);
  return [(first * 0x10000 + secondQuotient) * 0x10000 + thirdQuotient, third - thirdQuotient * 1e9];
}

/** Reads an id of `size` bytes as hexadecimal text; '' if it is empty, which is "none". No other length is an id. */
export function readId(reader: Reader, size: number): string {
  const start = reader.span();
  const length = reader.position - start;
  if (length === 0) return '';
  if (length !== size) reader.fail(`an id of ${length} bytes, allowed are ${size} or none`, start);
  return reader.bytes.hexSlice(start, reader.position);
}

const IS_REMOTE = 0x200;
const HAS_IS_REMOTE = 0x100;

/** A context; `isRemote` only where the flags know it. A trace state that the W3C rules refuse is empty. */
export function contextOf(traceId: string, spanId: string, flags: number, traceState: string): SpanContext {
  const context: SpanContext = { traceId, spanId, traceFlags: flags & 0xff };
  if (traceState !== '') context.traceState = createTraceState(traceState);
  return context;
}

/** What the flags of a span or link say about its context's origin; `undefined` if they do not. */
export function isRemote(flags: number): boolean | undefined {
  return flags & HAS_IS_REMOTE ? (flags & IS_REMOTE) !== 0 : undefined;
}

/** The shared part of ResourceSpans, ResourceMetrics and ResourceLogs. */
class ResourceEnvelope {
  readonly attributes: Attributes = {};
  droppedAttributesCount = 0;
  schemaUrl = '';

  /**
   * Resources of the SDK leave out what is `null` and the key `__proto__`.
   */
  build(): Resource {
    const schemaUrl = this.schemaUrl === '' ? undefined : this.schemaUrl;
    const resource = resourceFromAttributes(asAttributes(this.attributes), { schemaUrl });
    return this.droppedAttributesCount === 0
      ? resource
      : Object.assign(resource, { droppedAttributesCount: this.droppedAttributesCount });
  }
}

/**
 * | field | Resource | |
 * | --- | --- | --- |
 * | 1 | attributes | repeated KeyValue |
 * | 2 | dropped_attributes_count | uint32 |
 */
function readResource(reader: Reader, into: ResourceEnvelope): void {
  const outer = reader.enter();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 0x0a) readAttribute(reader, into.attributes);
    else if (tag === 0x10) into.droppedAttributesCount = reader.uint32();
    else reader.skipIn(MESSAGES.resource, tag);
  }
  reader.leave(outer);
}

interface MutableScope {
  name: string;
  version?: string;
  schemaUrl?: string;
  attributes?: Attributes;
  droppedAttributesCount?: number;
}

/**
 * | field | InstrumentationScope | |
 * | --- | --- | --- |
 * | 1 | name | string |
 * | 2 | version | string |
 * | 3 | attributes | repeated KeyValue |
 * | 4 | dropped_attributes_count | uint32 |
 */
function readScope(reader: Reader, into: MutableScope): void {
  const outer = reader.enter();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 0x0a) into.name = readKey(reader);
    else if (tag === 0x12) into.version = readKey(reader);
    else if (tag === 0x1a) readAttribute(reader, (into.attributes ??= {}));
    else if (tag === 0x20) into.droppedAttributesCount = reader.uint32();
    else reader.skipIn(MESSAGES.scope, tag);
  }
  reader.leave(outer);
}

/** Told of each resource, each scope in it, and asked to read each item: its length first. */
export interface EnvelopeVisitor {
  resource?(resource: Resource): void;
  scope?(scope: DecodedScope): void;
  item(reader: Reader, resource: Resource, scope: DecodedScope): void;
}

/**
 * Walks `TracesData`, `MetricsData` or `LogsData`.
 *
 * | field | payload | ResourceSpans, ... | ScopeSpans, ... |
 * | --- | --- | --- | --- |
 * | 1 | repeated ResourceSpans, ... | resource | scope |
 * | 2 | | repeated ScopeSpans, ... | repeated Span, Metric, LogRecord |
 * | 3 | | schema_url | schema_url |
 *
 * Resource, scope and schema URL may come after the items and more than once (they are merged, as protobuf has it), so
 * each envelope is walked twice: for itself, then for what is in it.
 */
export function visitEnvelopes(bytes: Uint8Array, visitor: EnvelopeVisitor): void {
  const reader = new Reader(bytes);
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 0x0a) visitResource(reader, visitor);
    else reader.skipIn(PAYLOADS.traces, tag);
  }
}

function visitResource(reader: Reader, visitor: EnvelopeVisitor): void {
  const outer = reader.enter();
  const start = reader.position;
  const envelope = new ResourceEnvelope();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 0x0a) readResource(reader, envelope);
    else if (tag === 0x12) reader.skip(tag);
    else if (tag === 0x1a) envelope.schemaUrl = readText(reader);
    else reader.skipIn(MESSAGES.resourceSpans, tag);
  }
  const resource = envelope.build();
  visitor.resource?.(resource);
  reader.position = start;
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 0x12) visitScope(reader, resource, visitor);
    else reader.skip(tag);
  }
  reader.leave(outer);
}

function visitScope(reader: Reader, resource: Resource, visitor: EnvelopeVisitor): void {
  const outer = reader.enter();
  const start = reader.position;
  const scope: MutableScope = { name: '' };
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 0x0a) readScope(reader, scope);
    else if (tag === 0x12) reader.skip(tag);
    else if (tag === 0x1a) scope.schemaUrl = readKey(reader);
    else reader.skipIn(MESSAGES.scopeSpans, tag);
  }
  const decoded = scope as DecodedScope;
  visitor.scope?.(decoded);
  reader.position = start;
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 0x12) visitor.item(reader, resource, decoded);
    else reader.skip(tag);
  }
  reader.leave(outer);
}
