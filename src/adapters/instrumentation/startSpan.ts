import {
  type Attributes,
  type Context,
  type HrTime,
  type Link,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { createResource, type ReadableSpan, type TimedEvent } from '../../otel';

/** Nothing is known of it when a sampler is asked. */
const NO_RESOURCE = createResource({});
const NO_SCOPE = { name: '' };
const NO_EVENTS: TimedEvent[] = [];
const UNSET: SpanStatus = { code: SpanStatusCode.UNSET };
const NOT_YET: HrTime = [0, 0];

/** A span that is about to start, as far as the SDK tells a sampler of it. It starts now, and has no id yet. */
export class StartSpan implements ReadableSpan {
  readonly startTime: HrTime;
  readonly endTime = NOT_YET;
  readonly duration = NOT_YET;
  readonly ended = false;
  readonly status = UNSET;
  readonly events = NO_EVENTS;
  readonly resource = NO_RESOURCE;
  readonly instrumentationScope = NO_SCOPE;
  readonly droppedAttributesCount = 0;
  readonly droppedEventsCount = 0;
  readonly droppedLinksCount = 0;
  readonly parentSpanContext: SpanContext | undefined;
  readonly #context: SpanContext;

  constructor(
    context: Context,
    traceId: string,
    readonly name: string,
    readonly kind: SpanKind,
    readonly attributes: Attributes,
    readonly links: Link[],
  ) {
    const millis = Date.now();
    this.startTime = [Math.floor(millis / 1_000), (millis % 1_000) * 1e6];
    const parent = trace.getSpanContext(context);
    // A root may be asked for in a context that has a span: then the trace is another.
    this.parentSpanContext = parent?.traceId === traceId ? parent : undefined;
    this.#context = {
      traceId,
      spanId: '',
      traceFlags: 0,
      traceState: this.parentSpanContext?.traceState,
    };
  }

  spanContext(): SpanContext {
    return this.#context;
  }
}
