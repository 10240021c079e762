import { OtelWasmError } from '../../abi';
import { type InstrumentationScope, type Resource, warnAboutSetting } from '../../otel';
import { uint32, writeCount } from './encodeFields';
import { writeAttributes } from './encodeValue';
import type { Writer } from '../wire';

/** Called for an item that cannot be encoded because its methods throw. The rest of the batch is encoded. */
export type OnLostItem = (error: unknown) => void;

/** A scope of spans, metrics or log records. */
type FullScope = Omit<InstrumentationScope, 'attributes'> & { readonly attributes?: object };

/** Fields of a decoded resource that the SDK's type lacks. */
type FullResource = Resource & { droppedAttributesCount?: number };

/**
 * Writes field 1 of ResourceSpans, ResourceMetrics and ResourceLogs.
 *
 * | field | Resource | |
 * | --- | --- | --- |
 * | 1 | attributes | repeated KeyValue |
 * | 2 | dropped_attributes_count | uint32 |
 *
 * Resources are not cached: attributes may still be pending, and encoding a resource once per batch costs little.
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

/** A span or log record: an item that is grouped by its resource and scope. */
export interface Grouped {
  readonly resource: Resource;
  readonly instrumentationScope: FullScope;
}

/**
 * Writes `items` as `TracesData` or `LogsData`: grouped by resource, then scope, both by identity and in the order of
 * their first item, like the SDK's serializers. Returns the number of items written.
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
): number {
  let written = 0;
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
          checkBatchSize(writer);
          written++;
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
  return written;
}

/** Encoded items of one scope, each as its field in the scope's envelope. */
export interface EncodedItems extends Grouped {
  readonly bytes: Uint8Array;
}

/** {@link writeGrouped} for encoded items. */
export function writeEncoded(writer: Writer, parts: readonly EncodedItems[]): void {
  const expected = parts.reduce((sum, { bytes }) => sum + bytes.length, 0);
  for (const [resource, scopes] of groupItems(parts)) {
    const resourceStart = writer.open(0x0a, expected);
    writeResource(writer, resource);
    for (const [scope, ofScope] of scopes) {
      const scopeStart = writer.open(0x12, expected);
      writeScope(writer, scope);
      for (const { bytes } of ofScope) {
        writer.reserve(bytes.length);
        writer.raw(bytes);
      }
      writer.text(0x1a, scope.schemaUrl);
      writer.close(scopeStart, expected);
    }
    writer.text(0x1a, resource.schemaUrl);
    writer.close(resourceStart, expected);
  }
}

/** {@link writeGrouped} for one item, without grouping. Throws what the item's own methods throw. */
export function writeSingle<Item extends Grouped>(
  writer: Writer,
  item: Item,
  resource: Resource,
  expectedItemSize: number,
  writeItem: (writer: Writer, item: Item) => void,
): void {
  const { instrumentationScope: scope } = item;
  const resourceStart = writer.open(0x0a, expectedItemSize);
  writeResource(writer, resource);
  const scopeStart = writer.open(0x12, expectedItemSize);
  writeScope(writer, scope);
  writeItem(writer, item);
  checkBatchSize(writer);
  writer.text(0x1a, scope.schemaUrl);
  writer.close(scopeStart, expectedItemSize);
  writer.text(0x1a, resource.schemaUrl);
  writer.close(resourceStart, expectedItemSize);
}

/**
 * Limit of an encoded batch. Items that would exceed it are left out. Small objects can expand: if many log records
 * share a deep object, each record contains all of it. Collectors accept 4 MiB (gRPC) or 20 MiB (HTTP) by default.
 */
export const MAX_BATCH_BYTES = 64 * 2 ** 20;

/** Throws when the last write made the batch too large. */
export function checkBatchSize(writer: Writer): void {
  if (writer.position > MAX_BATCH_BYTES)
    throw new RangeError(`the batch would be larger than ${MAX_BATCH_BYTES} bytes`);
}

/** Spans of SDK 1 have other fields, so all would be lost. This is also written to stderr. */
function sdk1(): OtelWasmError {
  const message = 'spans of OpenTelemetry SDK 1 cannot be encoded: allowed are those of SDK 2 and 3';
  warnAboutSetting(message);
  return new OtelWasmError('SDK_UNSUPPORTED', message);
}

/** The scope of an item. Throws `SDK_UNSUPPORTED` for spans of SDK 1. */
export function scopeOf<Scope>(item: { readonly instrumentationScope: Scope }): Scope {
  const { instrumentationScope: scope } = item;
  if (scope === undefined && 'instrumentationLibrary' in item) throw sdk1();
  return scope;
}

type Groups<Item> = Map<Resource, Map<FullScope, Item[]>>;

function groupItems<Item extends Grouped>(items: readonly Item[]): Groups<Item> {
  const groups: Groups<Item> = new Map();
  for (const item of items) {
    const { resource } = item;
    const scope = scopeOf(item);
    let scopes = groups.get(resource);
    if (!scopes) groups.set(resource, (scopes = new Map<FullScope, Item[]>()));
    const group = scopes.get(scope);
    if (group) group.push(item);
    else scopes.set(scope, [item]);
  }
  return groups;
}
