import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan } from '../otel';
import type { AdapterStats } from '../pipeline';

/** The number of items of a signal that wait or are being sent. */
export type Unsent = () => number;

/** A method that accepts an ended span or a log record. */
type Take<Item> = (item: Item, ...more: never[]) => void;

/**
 * Counts the items that a processor accepts with `onEnd` or `onEmit` and that the adapter behind it has not reported
 * yet. `wanted` selects those that the processor keeps.
 */
export function countUnsent<Item>(
  processor: { onEnd: Take<Item> } | { onEmit: Take<Item> },
  adapter: { readonly stats: AdapterStats },
  wanted: (item: Item) => boolean = () => true,
): Unsent {
  let taken = 0;
  const counting =
    (take: Take<Item>): Take<Item> =>
    (item, ...more) => {
      if (wanted(item)) taken++;
      take.call(processor, item, ...more);
    };
  if ('onEnd' in processor) processor.onEnd = counting(processor.onEnd);
  else processor.onEmit = counting(processor.onEmit);
  return () => taken - settled(adapter.stats);
}

/** Whether a span processor keeps a span. */
export function isSampled(span: ReadableSpan): boolean {
  return (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
}

/** The number of items that were passed on, dropped by a guest, or counted as lost. */
function settled({ itemsOut, itemsDropped, itemsAdded, itemsFailed }: AdapterStats): number {
  const failed = Object.values(itemsFailed).reduce((sum, count) => sum + count, 0);
  return itemsOut + itemsDropped - itemsAdded + failed;
}
