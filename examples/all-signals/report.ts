import type { Signal } from 'otelwasm';
import { decodeLogs, decodeMetrics, decodeTraces } from '../../src/otlp';
import { formatTable } from '../support/table';
import { CARD } from './shop';
import type { Adapters } from './telemetry';

/** Prints, signal by signal, what went into the guests and what came out of them. */
export function printCounts({ spans, metrics, logs }: Adapters): void {
  const rows = [
    ['spans', spans.stats],
    ['data points', metrics.stats],
    ['log records', logs.stats],
  ] as const;
  console.log(
    formatTable([
      ['item', 'made', 'dropped by guests', 'lost', 'sent', 'bytes in', 'bytes out'],
      ...rows.map(([item, { itemsIn, itemsDropped, itemsFailed, itemsOut, bytesIn, bytesOut }]) => {
        const lost = Object.values(itemsFailed).reduce((sum, count) => sum + count, 0);
        return [item, itemsIn, itemsDropped, lost, itemsOut, bytesIn, bytesOut];
      }),
    ]),
  );
}

/** Prints what arrived at the embedded sink: how many of each kind, and one of them with its attributes. */
export function printReceived(received: Readonly<Record<Signal, readonly Uint8Array[]>>): void {
  const rows: (string | number)[][] = [];
  for (const signal of ['traces', 'metrics', 'logs'] as const) {
    const items = received[signal].flatMap(ITEMS[signal]);
    for (const kind of new Set(items.map(item => item.kind))) {
      const [first, ...more] = items.filter(item => item.kind === kind);
      const attributes = JSON.stringify(first.attributes, (_, value: unknown) => shorten(value));
      rows.push([signal, kind, 1 + more.length, attributes]);
    }
  }
  console.log(`\n${formatTable([['signal', 'arrived', 'count', 'attributes of the first'], ...rows])}`);

  const bodies = Object.values(received).flat();
  const leaks = bodies.filter(body => Buffer.from(body).includes(CARD)).length;
  console.log(`\nRequests in which a card number left the process: ${leaks} of ${bodies.length}`);
}

interface Item {
  readonly kind: string;
  readonly attributes: object;
}

const ITEMS: Readonly<Record<Signal, (body: Uint8Array) => Item[]>> = {
  traces: body => decodeTraces(body).map(({ name, attributes }) => ({ kind: name, attributes })),
  metrics: body =>
    decodeMetrics(body)
      .resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
      .flatMap(({ descriptor, dataPoints }) =>
        (dataPoints as readonly { readonly attributes: object }[]).map(({ attributes }) => ({
          kind: descriptor.name,
          attributes,
        })),
      ),
  logs: body =>
    decodeLogs(body).map(record => ({ kind: JSON.stringify(record.body), attributes: record.attributes })),
};

/** A hash is long; its beginning tells that it is one. */
function shorten(value: unknown): unknown {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? `${value.slice(0, 8)}…` : value;
}
