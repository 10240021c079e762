import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';

/** An exporter that keeps what it was given, also when it is shut down. */
export class KeptSpans implements SpanExporter {
  readonly spans: ReadableSpan[] = [];

  export(spans: readonly ReadableSpan[], onDone: Parameters<SpanExporter['export']>[1]): void {
    this.spans.push(...spans);
    onDone({ code: 0 });
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  get requests(): number {
    return this.spans.filter(({ parentSpanContext }) => parentSpanContext === undefined).length;
  }

  /** Spans whose parent, in this process, was not exported. */
  get orphans(): number {
    const ids = new Set(this.spans.map(span => span.spanContext().spanId));
    return this.spans.filter(({ parentSpanContext: parent }) => parent && !ids.has(parent.spanId)).length;
  }
}
