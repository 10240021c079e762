import { type OtlpJson, otlpToJson } from '../otlp/json';
import { type Telemetry, toBytes } from './telemetry';

const SECOND = 1_000_000_000n;
const START_NANOS = 1_767_225_600n * SECOND;
const FAILED = { code: 2, message: 'Internal Server Error' };

/** A request: its path and what is special about it. */
const REQUESTS = [
  { path: '/users/7', millis: 12n },
  { path: '/healthz', millis: 1n },
  { path: '/orders', millis: 45n },
  { path: '/orders', millis: 2_500n },
  { path: '/checkout', millis: 30n, fails: true },
] as const;

/**
 * `count` complete traces of an HTTP service, as OTLP JSON. Each has a server span, a middleware span and a handler,
 * and most have a database call. Children end before their parents, and come first. Deterministic: every fifth trace
 * is a health check, takes 2.5 s, or fails in its handler.
 */
export function sampleTraces(count = 20): OtlpJson {
  const spans = Array.from({ length: count }, (_, index) => spansOf(index)).flat();
  const attributes = [attribute('service.name', 'checkout')];
  const scope = { name: '@opentelemetry/instrumentation-http', version: '0.223.0' };
  return { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ scope, spans }] }] };
}

/**
 * One batch for each trace in the data, in the order of their first spans: what a guest gets with `batching:
 * 'traces'`.
 */
export function tracesIn(data: Telemetry<'traces'>): OtlpJson[] {
  const whole = otlpToJson('traces', toBytes('traces', data)) as unknown as Traces;
  const ids = new Set(whole.resourceSpans?.flatMap(spansIn).map(({ traceId }) => traceId));
  return [...ids].map(id => ({
    resourceSpans: whole.resourceSpans
      ?.map(group => ({
        ...group,
        scopeSpans: group.scopeSpans
          ?.map(scope => ({ ...scope, spans: scope.spans?.filter(({ traceId }) => traceId === id) }))
          .filter(({ spans }) => spans !== undefined && spans.length > 0),
      }))
      .filter(group => spansIn(group).length > 0),
  }));
}

interface Group {
  readonly scopeSpans?: readonly { readonly spans?: readonly { readonly traceId?: string }[] }[];
}
interface Traces {
  readonly resourceSpans?: readonly Group[];
}

const spansIn = (group: Group): readonly { readonly traceId?: string }[] =>
  (group.scopeSpans ?? []).flatMap(({ spans }) => spans ?? []);

function spansOf(index: number): object[] {
  const { path, millis, ...rest } = REQUESTS[index % REQUESTS.length];
  const fails = 'fails' in rest;
  const start = START_NANOS + BigInt(index) * SECOND;
  const traceId = scrambled(index) + scrambled(index + 1_000_000);
  // Few enough spans per trace that ids do not collide.
  const spanId = (place: number): string => scrambled(index * 8 + place + 2_000_000);
  const times = {
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + (millis * SECOND) / 1_000n),
  };
  const child = (place: number, name: string): object => ({
    ...{ traceId, spanId: spanId(place), parentSpanId: spanId(place - 1), name, kind: 1, ...times },
    status: fails && name === 'handler' ? FAILED : {},
  });
  const query = {
    ...{ traceId, spanId: spanId(3), parentSpanId: spanId(2), name: 'SELECT orders', kind: 3, ...times },
    ...{ attributes: [attribute('db.system.name', 'postgresql')], status: {} },
  };
  const server = {
    ...{ traceId, spanId: spanId(0), name: `GET ${path}`, kind: 2, ...times },
    attributes: [attribute('http.request.method', 'GET'), attribute('url.path', path)],
    status: {},
  };
  const hasQuery = path !== '/healthz';
  return [...(hasQuery ? [query] : []), child(2, 'handler'), child(1, 'middleware'), server];
}

function attribute(key: string, stringValue: string): object {
  return { key, value: { stringValue } };
}

/** 64 bits that look random but are deterministic. */
function scrambled(seed: number): string {
  return BigInt.asUintN(64, BigInt(seed + 1) * 0x9e3779b97f4a7c15n)
    .toString(16)
    .padStart(16, '0');
}
