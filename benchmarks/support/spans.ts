import { SpanKind, type Tracer } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace-base';

/** What `node-sdk` detects on a machine in the cloud. */
export const resource = resourceFromAttributes({
  'service.name': 'checkout',
  'service.version': '1.4.2',
  'telemetry.sdk.language': 'nodejs',
  'telemetry.sdk.name': 'opentelemetry',
  'telemetry.sdk.version': '2.12.0',
  'host.name': 'ip-10-0-12-7.internal',
  'process.pid': 4711,
  'process.command_args': ['node', '--require', './tracing.js', 'server.js'],
});

export const SHAPES = ['small', 'http', 'rich'] as const;
/** Secret: HTTP with an address of e-mail in each span, at another place in each. Small: 3 attributes, 175 bytes. HTTP: 10 attributes, 440 bytes. Rich: 26 attributes, 2 events with a stack trace, a link, 2 KB. */
export type Shape = (typeof SHAPES)[number] | 'secret';

/** The path that the filters drop. */
export const DROPPED_PATH = '/healthz';
export const FILTER_CONFIG = { drop: [DROPPED_PATH] };

export function createTracer(spanProcessors: SpanProcessor[] = []): Tracer {
  return new BasicTracerProvider({ resource, spanProcessors }).getTracer(
    '@opentelemetry/instrumentation-http',
    '0.223.0',
  );
}

export const random = (limit: number) => Math.floor(Math.random() * limit);

/** Starts and ends a span; `dropped` ones have the path that the filters drop. */
export function makeSpan(tracer: Tracer, shape: Shape, dropped = false): ReadableSpan {
  const span = { small: smallSpan, http: httpSpan, rich: richSpan, secret: secretSpan }[shape](
    tracer,
    dropped,
  );
  span.end();
  return span as unknown as ReadableSpan;
}

const unheard = createTracer();

/** Ended spans that no processor has seen. The dropped ones are spread evenly. */
export function makeSpans(count: number, shape: Shape = 'http', dropPercent = 0): ReadableSpan[] {
  return Array.from({ length: count }, (_, i) => makeSpan(unheard, shape, isDropped(i, dropPercent)));
}

/** HTTP spans that have a path with a number in their names, as an app without templates has them. */
export function makeNamedSpans(count: number, dropPercent = 0): ReadableSpan[] {
  const spans = makeSpans(count, 'http', dropPercent);
  spans.forEach((span, index) => Object.assign(span, { name: `GET /api/v1/orders/${index}` }));
  return spans;
}

/** Whether the filters drop the `index`th span. */
export function isDropped(index: number, dropPercent: number): boolean {
  return Math.floor(((index + 1) * dropPercent) / 100) > Math.floor((index * dropPercent) / 100);
}

function httpSpan(tracer: Tracer, dropped: boolean) {
  const id = random(1e6);
  const path = dropped ? DROPPED_PATH : `/api/v1/orders/${id}`;
  const span = tracer.startSpan('GET /api/v1/orders/:id', {
    kind: SpanKind.SERVER,
    attributes: {
      'http.request.method': 'GET',
      'http.route': '/api/v1/orders/:id',
      'url.full': `https://shop.example.com${path}?expand=items`,
      'url.path': path,
      'server.address': 'shop.example.com',
      'server.port': 443,
      'client.address': `10.0.${random(256)}.${random(256)}`,
      'network.protocol.version': '1.1',
      'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)',
    },
  });
  return span.setAttribute('http.response.status_code', 200);
}

function secretSpan(tracer: Tracer, dropped: boolean) {
  const keys = ['enduser.note', 'url.query', 'http.route'];
  const text = `sent to user${random(1e6)}@example.com at once`;
  return httpSpan(tracer, dropped).setAttribute(keys[random(keys.length)], text);
}

function smallSpan(tracer: Tracer, dropped: boolean) {
  const attributes = { 'job.id': random(1e6), 'job.kind': 'sync', ok: true };
  return tracer.startSpan('work', {
    attributes: dropped ? { ...attributes, 'url.path': DROPPED_PATH } : attributes,
  });
}

function richSpan(tracer: Tracer, dropped: boolean) {
  const attributes: Record<string, string | number | string[]> = {};
  for (let i = 0; i < 25; i++) {
    attributes[`app.attribute.${i}`] =
      i % 5 === 0 ? random(1e9) : `value ${random(1e6)} of some length, number ${i}`;
  }
  attributes['http.request.header.accept'] = ['text/html', 'application/json'];
  if (dropped) attributes['url.path'] = DROPPED_PATH;
  const context = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
  const span = tracer.startSpan('POST /checkout', {
    kind: SpanKind.CLIENT,
    attributes,
    links: [{ context, attributes: { batch: 3 } }],
  });
  span.addEvent('retry', { attempt: 1, reason: 'connection reset by peer' });
  span.recordException(new Error('upstream said 503'));
  return span;
}
