import { type Attributes, SpanKind, type Tracer } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { encodeTraces } from '../../src/otlp';

/** A tracer of the SDK whose spans go to these processors. */
export function tracerFor(...spanProcessors: SpanProcessor[]): Tracer {
  const resource = resourceFromAttributes({ 'service.name': 'test' });
  return new BasicTracerProvider({ resource, spanProcessors }).getTracer('test', '1.0.0');
}

/** The spans of the SDK that `record` ends. */
export function recordSpans(record: (tracer: Tracer) => void): ReadableSpan[] {
  const spans: ReadableSpan[] = [];
  record(
    tracerFor({
      onStart: () => undefined,
      onEnd: span => void spans.push(span),
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    }),
  );
  return spans;
}

/** One ended span per name. */
export function spansNamed(...names: string[]): ReadableSpan[] {
  return recordSpans(tracer => endSpans(tracer, names));
}

/** Starts and ends one span per name, with the attributes of HTTP instrumentation. */
export function endSpans(tracer: Tracer, names: readonly string[], attributes: Attributes = {}): void {
  for (const name of names) {
    tracer
      .startSpan(name, {
        kind: SpanKind.SERVER,
        attributes: { 'http.request.method': 'GET', 'http.response.status_code': 200, ...attributes },
      })
      .end();
  }
}

/** `count` names: `span 0`, `span 1`, ... */
export function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `span ${index}`);
}

/** OTLP bytes of `names.length` spans. */
export function tracesOf(...spanNames: string[]): Uint8Array {
  return encodeTraces(spansNamed(...spanNames));
}
