import type { Signal } from '../../abi';
import type { OtlpJson } from '../../otlp/json';
import { type Item, itemsOf } from './items';

/** A field whose value changed. */
export interface FieldChange {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** The change of one item. `after` is its new state. */
export type ItemChange =
  | { readonly kind: 'dropped' | 'added'; readonly item: Item }
  | { readonly kind: 'unchanged'; readonly item: Item; readonly after: Item }
  | {
      readonly kind: 'changed';
      readonly item: Item;
      readonly after: Item;
      readonly fields: readonly FieldChange[];
    };

/** The keys by which two items are the same, from the most specific to the least. */
const IDENTITIES: Readonly<Record<Signal, readonly ((item: Item) => string)[]>> = {
  traces: [everything, some('traceId', 'spanId'), some('spanId'), some('name', 'startTimeUnixNano')],
  metrics: [
    everything,
    item => some('metric.name', 'timeUnixNano')(item) + attributesOf(item),
    item => some('metric.name')(item) + attributesOf(item),
    some('metric.name', 'timeUnixNano', 'startTimeUnixNano'),
  ],
  logs: [
    everything,
    some('timeUnixNano', 'observedTimeUnixNano', 'traceId', 'spanId', 'body'),
    some('timeUnixNano', 'observedTimeUnixNano', 'traceId', 'spanId', 'severityNumber'),
    some('body', 'severityNumber'),
  ],
};

/**
 * Compares a batch before and after a guest, item by item, in the order of `before`, with added items at the end.
 * Items are matched by identity (ids of a span, name and attributes of a data point, times and ids of a log record),
 * not by position.
 */
export function compare(signal: Signal, before: OtlpJson, after: OtlpJson): ItemChange[] {
  return compareItems(signal, itemsOf(signal, before), itemsOf(signal, after));
}

export function compareItems(
  signal: Signal,
  given: readonly Item[],
  returned: readonly Item[],
): ItemChange[] {
  const partners = new Map<Item, Item>();
  let alone = returned;
  for (const identity of IDENTITIES[signal]) {
    const waiting = groupBy(
      given.filter(item => !partners.has(item)),
      identity,
    );
    alone = alone.filter(item => {
      const partner = waiting.get(identity(item))?.shift();
      if (partner !== undefined) partners.set(partner, item);
      return partner === undefined;
    });
  }
  return [
    ...given.map(item => changeOf(item, partners.get(item))),
    ...alone.map(item => ({ kind: 'added', item }) as const),
  ];
}

function changeOf(item: Item, partner: Item | undefined): ItemChange {
  if (partner === undefined) return { kind: 'dropped', item };
  const names = new Set([...item.fields.keys(), ...partner.fields.keys()]);
  const fields = [...names]
    .map(name => ({ name, before: item.fields.get(name), after: partner.fields.get(name) }))
    .filter(({ before, after }) => before !== after);
  if (fields.length === 0) return { kind: 'unchanged', item, after: partner };
  return { kind: 'changed', item, after: partner, fields };
}

function everything({ fields }: Item): string {
  return JSON.stringify([...fields].sort());
}

function some(...names: string[]): (item: Item) => string {
  return ({ fields }) => JSON.stringify(names.map(name => fields.get(name)));
}

function attributesOf({ fields }: Item): string {
  return JSON.stringify([...fields].filter(([name]) => name.startsWith('attributes.')).sort());
}

function groupBy(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
