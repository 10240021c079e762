import type { Attributes, Link, SpanContext, SpanStatus } from '@opentelemetry/api';
import { isDeepStrictEqual } from 'node:util';
import type { ReadableSpan, TimedEvent } from '../../otel';

/** A span of the SDK that is about to end, in what of it can be changed: plain fields in 2.x and 3.x. */
export interface MutableSpan extends Omit<ReadableSpan, 'name' | 'status' | 'spanContext'> {
  name: string;
  status: SpanStatus;
  spanContext: () => SpanContext;
}

/**
 * Makes name, status, attributes, events and links of a span what they are in `after`. The lists and objects stay the ones
 * that they are, for whoever holds them; what did not change is not touched. Links are put anew: `addLink` of SDK 2.0 keeps
 * the app's own objects, which may be frozen, or in other spans too. Throws where a span cannot be written to.
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
 * Takes off all that may hold a secret: the name, the status's message, attributes, events, and the attributes of links.
 * What is left is when the span was, and where in its trace; `otelwasm.stripped` says why.
 */
export function strip(span: MutableSpan, why: string): void {
  span.name = 'stripped';
  span.status = { code: span.status.code };
  applyAttributes(span.attributes, { 'otelwasm.stripped': why });
  span.events.length = 0;
  span.links.forEach((link, index) => (span.links[index] = { ...link, attributes: {} }));
}

/** What every processor from now on sees as unsampled. The context object itself, which others hold, stays. */
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
 * Items that are the same thing stay where they are, as `apply` changes them or with what it puts in their place; if there are
 * more or fewer, all are replaced.
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
