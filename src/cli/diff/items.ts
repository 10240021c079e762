import type { Signal } from '../../abi';
import type { OtlpJson } from '../../otlp/json';

/**
 * A span, data point or log record with all its fields: `name` → `"GET /users"`, `attributes.url.path` → `"/users"`.
 */
export interface Item {
  /** Its name in the diff. */
  readonly label: string;
  readonly fields: ReadonlyMap<string, string>;
}

type Json = Readonly<Record<string, unknown>>;

/** All items of a payload in order, each with its resource and scope. */
export function itemsOf(signal: Signal, payload: OtlpJson): Item[] {
  const { groups, scopeGroups, items } = NAMES[signal];
  return list(payload[groups]).flatMap(group =>
    list(group[scopeGroups]).flatMap(scopeGroup => {
      const around = new Map<string, string>();
      flatten(around, 'resource', group.resource);
      flatten(around, 'scope', scopeGroup.scope);
      const children = list(scopeGroup[items]);
      const found = signal === 'metrics' ? children.flatMap(dataPoints) : children;
      return found.map(item => {
        const fields = new Map(around);
        for (const [name, value] of Object.entries(item)) flatten(fields, name, value);
        return { label: labelOf(signal, fields), fields };
      });
    }),
  );
}

const NAMES = {
  traces: { groups: 'resourceSpans', scopeGroups: 'scopeSpans', items: 'spans' },
  metrics: { groups: 'resourceMetrics', scopeGroups: 'scopeMetrics', items: 'metrics' },
  logs: { groups: 'resourceLogs', scopeGroups: 'scopeLogs', items: 'logRecords' },
} as const;

/** The points of a metric, each with the metric's own fields as `metric.*`. */
function dataPoints(metric: Json): Json[] {
  const { gauge, sum, histogram, exponentialHistogram, summary, ...own } = metric;
  const kinds = { gauge, sum, histogram, exponentialHistogram, summary };
  return Object.entries(kinds).flatMap(([kind, data]) => {
    if (data === undefined) return [];
    const { dataPoints: points, ...settings } = data as Json;
    return list(points).map(point => ({ metric: { ...own, kind, ...settings }, ...point }));
  });
}

function list(value: unknown): Json[] {
  return (value ?? []) as Json[];
}

/** Flattens attributes by key, objects by member and lists by position. Values are JSON. */
function flatten(fields: Map<string, string>, path: string, value: unknown): void {
  if (isAttributes(value)) {
    for (const { key, value: attribute } of value) fields.set(`${path}.${key}`, plain(attribute));
  } else if (isAnyValue(value)) {
    fields.set(path, plain(value));
  } else if (Array.isArray(value)) {
    value.forEach((element, index) => flatten(fields, `${path}[${index}]`, element));
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) flatten(fields, `${path}.${name}`, member);
  } else if (value !== undefined && !isLeftOut(path, value)) {
    fields.set(path, JSON.stringify(value));
  }
}

/** OTLP fields for which the default value differs from absence, and list elements. */
const WITH_PRESENCE = /(^|\.)(asInt|asDouble|sum|min|max)$|\]$/;

/** Whether a value means the same as absence: an empty `parentSpanId`, a count of 0. */
function isLeftOut(path: string, value: unknown): boolean {
  return (value === '' || value === '0' || value === 0 || value === false) && !WITH_PRESENCE.test(path);
}

function isAttributes(value: unknown): value is { key: string; value: unknown }[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every(entry => typeof (entry as Json)?.key === 'string')
  );
}

const ANY_VALUE = /^(string|bool|int|double|array|kvlist|bytes)Value$/;

function isAnyValue(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const names = Object.keys(value);
  return names.length === 1 && ANY_VALUE.test(names[0]);
}

/** An AnyValue as plain JSON: `{ "intValue": "5" }` → `5`. */
function plain(value: unknown): string {
  return JSON.stringify(plainValue(value)) ?? 'null';
}

function plainValue(value: unknown): unknown {
  const [[name, content] = []] = Object.entries((value ?? {}) as Json);
  if (name === 'arrayValue') return list((content as Json).values).map(plainValue);
  if (name === 'kvlistValue') {
    return Object.fromEntries(
      list((content as Json).values).map(({ key, value: member }) => [key, plainValue(member)]),
    );
  }
  return name === 'intValue' && Number.isSafeInteger(Number(content)) ? Number(content) : content;
}

function labelOf(signal: Signal, fields: ReadonlyMap<string, string>): string {
  const text = (name: string): string => (fields.get(name) ?? '').replace(/^"|"$/g, '');
  if (signal === 'traces') return `span ${text('name')} (${text('spanId')})`;
  if (signal === 'metrics') {
    const attributes = [...fields]
      .filter(([name]) => name.startsWith('attributes.'))
      .map(([name, value]) => `${name.slice('attributes.'.length)}=${value}`);
    return `data point ${text('metric.name')}{${attributes.join(',')}}`;
  }
  const body = text('body');
  return `log record ${text('severityText')} ${body.length > 60 ? `${body.slice(0, 60)}...` : body}`;
}
