import type { Attributes as ApiAttributes } from '@opentelemetry/api';
import type { InstrumentationScope } from '../../otel';
import { type Resource, createResource } from '../../otel';
import { asAttributes } from './decodeFields';
import { clearValueCaches, type Attributes, readAttribute, readKey, readText } from './decodeValue';
import { Reader } from '../wire';
import { MESSAGES, PAYLOADS } from '../schema';

/** A scope with the OTLP fields that the SDK's type lacks. Empty ones are absent. */
export type DecodedScope = InstrumentationScope & {
  attributes?: ApiAttributes;
  droppedAttributesCount?: number;
};

/** The shared part of ResourceSpans, ResourceMetrics and ResourceLogs. */
class ResourceEnvelope {
  readonly attributes: Attributes = {};
  droppedAttributesCount = 0;
  schemaUrl = '';

  /** Like resources of the SDK, it leaves out `null` values and the key `__proto__`. */
  build(): Resource {
    const schemaUrl = this.schemaUrl === '' ? undefined : this.schemaUrl;
    const resource = createResource(asAttributes(this.attributes), schemaUrl);
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

/** The cost of an empty decoded item, with its times and attributes, in embedded messages. */
const MESSAGES_PER_ITEM = 8;

/** Called for each resource, then for each scope in it, then to read each item, beginning with its length. */
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
 * Resource, scope and schema URL may come after the items, and more than once (protobuf merges them). So a resource's
 * envelope is read twice: for the resource, then for its contents. A scope object is passed on at once, and fields
 * that follow its items are added to the same object.
 */
export function visitEnvelopes(bytes: Uint8Array, visitor: EnvelopeVisitor, maxMessages?: number): void {
  const reader = new Reader(bytes, maxMessages);
  try {
    while (reader.more()) {
      const tag = reader.tag();
      if (tag === 0x0a) visitResource(reader, visitor);
      else reader.skipIn(PAYLOADS.traces, tag);
    }
  } finally {
    clearValueCaches();
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
  const scope: MutableScope = { name: '' };
  const decoded = scope as DecodedScope;
  visitor.scope?.(decoded);
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 0x12) {
      reader.countMessages(MESSAGES_PER_ITEM);
      visitor.item(reader, resource, decoded);
    } else if (tag === 0x0a) readScope(reader, scope);
    else if (tag === 0x1a) scope.schemaUrl = readKey(reader);
    else reader.skipIn(MESSAGES.scopeSpans, tag);
  }
  reader.leave(outer);
}
