import type { Attributes, Link, SpanContext, SpanStatus } from '@opentelemetry/api';
import { isDeepStrictEqual } from 'node:util';
import type { ReadableSpan, TimedEvent } from '../../otel';

/** An SDK span that is about to end, with the properties that can be changed: plain fields in 2.x and 3.x. */
export interface MutableSpan extends Omit<ReadableSpan, 'name' | 'status' | 'spanContext'> {
  name: string;
  status: SpanStatus;
  spanContext: () => SpanContext;
}

/**
 * Copies name, status, attributes, events and links from `after` to a span. Lists and objects are changed in place,
 * for code that holds references to them; unchanged parts are not touched. Changed links are replaced: `addLink` of
 * SDK 2.0 keeps the app's own objects, which may be frozen or shared with other spans. Throws if the span cannot be
 * changed.
 */
export function applyChanges(span: MutableSpan, after: ReadableSpan): void {
  if (span.name !== after.name) span.name = after.name;
  const { code, message } = after.status;
  if (span.status.code !== code || (span.status.message ?? '') !== (message ?? ''))
    span.status = message === undefined || message === '' ? { code } : { code, message };
  applyAttributes(span.attributes, after.attributes);
  applyList(span.events, after.events, applyEvent);
  applyList(span.links, after.links, applyLink);
}

/**
 * Removes everything that may contain a secret: the name, the status message, attributes, events, and the attributes
 * of links. Times and the position in the trace remain. `otelwasm.stripped` contains the reason.
 */
export function strip(span: MutableSpan, why: string): void {
  span.name = 'stripped';
  span.status = { code: span.status.code };
  applyAttributes(span.attributes, { 'otelwasm.stripped': why });
  span.events.length = 0;
  span.links.forEach((link, index) => (span.links[index] = { ...link, attributes: {} }));
}

/** Makes later processors see the span as unsampled. Other code holds the context object itself, so that stays. */
export function unsample(span: MutableSpan): void {
  const context = { ...span.spanContext(), traceFlags: 0 };
  span.spanContext = () => context;
}

function applyAttributes(attributes: Attributes | undefined, after: Attributes): void {
  if (attributes === undefined) return;
  for (const key of Object.keys(attributes)) if (!Object.hasOwn(after, key)) delete attributes[key];
  for (const [key, value] of Object.entries(after)) {
    if (!isDeepStrictEqual(attributes[key], value)) attributes[key] = value;
  }
}

/**
 * Updates a list in place. If its length is unchanged, `apply` changes or replaces each item; otherwise all items are
 * replaced.
 */
function applyList<Item>(
  items: Item[],
  after: readonly Item[],
  apply: (item: Item, after: Item) => Item | undefined,
): void {
  const isAsLong = items.length === after.length;
  const applied = after.map((item, index) => (isAsLong ? apply(items[index], item) : undefined));
  if (!isAsLong) items.length = 0;
  const isSame = !applied.includes(undefined);
  after.forEach((item, index) => (items[index] = isSame ? (applied[index] as Item) : item));
}

function applyEvent(event: TimedEvent, after: TimedEvent): TimedEvent | undefined {
  if (!isDeepStrictEqual(event.time, after.time)) return undefined;
  if (event.name !== after.name) event.name = after.name;
  event.attributes ??= {};
  applyAttributes(event.attributes, after.attributes ?? {});
  return event;
}

function applyLink(link: Link, after: Link): Link | undefined {
  const { traceId, spanId, traceState } = link.context;
  const { context, attributes = {} } = after;
  if (traceId !== context.traceId || spanId !== context.spanId) return undefined;
  if ((traceState?.serialize() ?? '') !== (context.traceState?.serialize() ?? '')) return undefined;
  return isDeepStrictEqual(link.attributes ?? {}, attributes) ? link : { ...link, attributes };
}
