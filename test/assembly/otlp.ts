import root from 'otlp-protobufjs/build/src/generated/root.js';

/** The parts of protobufjs's generated classes that the tests use. */
export interface Codec<T> {
  encode(value: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
  toObject(message: T, options?: object): Record<string, unknown>;
  fromObject(value: object): T;
}

/* eslint-disable @typescript-eslint/no-explicit-any -- generated classes: their shapes are the .proto files */
const proto = (root as any).opentelemetry.proto;
export const TracesData: Codec<any> = proto.trace.v1.TracesData;
export const MetricsData: Codec<any> = proto.metrics.v1.MetricsData;
export const LogsData: Codec<any> = proto.logs.v1.LogsData;
export const Span: Codec<any> = proto.trace.v1.Span;
/* eslint-enable @typescript-eslint/no-explicit-any */

export type AnyValue = Record<string, unknown>;
export interface KeyValue {
  key: string;
  value: AnyValue;
}

/** An OTLP AnyValue of a JS value; integers become int values. */
export function anyValue(value: unknown): AnyValue {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: value } : { doubleValue: value };
  if (value instanceof Uint8Array) return { bytesValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: { values: keyValues(value as object) } };
}

export function keyValues(attributes: object): KeyValue[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

/** The JS value of an OTLP AnyValue: what `anyValue` was given. */
export function jsValue(value: AnyValue): unknown {
  const v = value as Record<string, { values: never[] }>;
  if (v.arrayValue) return v.arrayValue.values.map(jsValue);
  if (v.kvlistValue) return attributesOf({ attributes: v.kvlistValue.values });
  if (v.intValue !== undefined && v.intValue !== null) return Number(v.intValue);
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? value.bytesValue;
}

/** The attributes of a decoded item as an object. */
export function attributesOf(item: { attributes: KeyValue[] }): Record<string, unknown> {
  return Object.fromEntries(item.attributes.map(({ key, value }) => [key, jsValue(value)]));
}

const id = (bytes: number, seed: number) => Buffer.alloc(bytes, (seed % 255) + 1);

export interface SpanInput {
  name?: string;
  kind?: number;
  status?: number;
  attributes?: object;
  events?: object[];
  links?: object[];
}

export function span(input: SpanInput, seed = 1): object {
  return {
    traceId: id(16, seed),
    spanId: id(8, seed),
    name: input.name ?? 'GET /',
    kind: input.kind ?? 2,
    startTimeUnixNano: 1_000 + seed,
    endTimeUnixNano: 2_000 + seed,
    attributes: keyValues(input.attributes ?? {}),
    events: (input.events ?? []).map(attributes => ({
      timeUnixNano: 5,
      name: 'event',
      attributes: keyValues(attributes),
    })),
    links: (input.links ?? []).map(attributes => ({
      traceId: id(16, seed),
      spanId: id(8, seed),
      attributes: keyValues(attributes),
    })),
    ...(input.status === undefined ? {} : { status: { code: input.status } }),
  };
}

/** Spans of one resource and scope as OTLP bytes. */
export function traces(spans: SpanInput[], resource: object = { 'service.name': 'shop' }): Uint8Array {
  return TracesData.encode({
    resourceSpans: [
      {
        resource: { attributes: keyValues(resource) },
        scopeSpans: [{ scope: { name: 'scope', version: '1' }, spans: spans.map((s, i) => span(s, i)) }],
      },
    ],
  }).finish();
}

/** All spans of a batch, decoded. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function spansOf(bytes: Uint8Array): any[] {
  return TracesData.decode(bytes).resourceSpans.flatMap((r: { scopeSpans: { spans: object[] }[] }) =>
    r.scopeSpans.flatMap(s => s.spans),
  );
}

/** `count` HTTP server spans with ten attributes each, about 400 bytes a span. */
export function httpSpans(count: number): SpanInput[] {
  return Array.from({ length: count }, (_, i) => ({
    name: 'GET /api/users/:id',
    attributes: {
      'http.request.method': 'GET',
      'url.full': 'http://localhost:8080/api/users/123?verbose=true',
      'url.path': i % 10 === 0 ? '/healthz' : `/api/users/${i}`,
      'http.route': '/api/users/:id',
      'server.address': 'localhost',
      'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
      'network.transport': 'tcp',
      'network.protocol.version': '1.1',
      'http.response.status_code': 200,
      'network.peer.port': 54321,
    },
  }));
}
