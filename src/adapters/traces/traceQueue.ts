import { performance } from 'node:perf_hooks';
import { messageOf, OtelWasmError } from '../../abi';
import { whenDetected, type ReadableSpan } from '../../otel';
import { createSpanFieldEncoder, leaseEncodedSpans } from '../../otlp';
import type { Pipeline } from '../../pipeline';
import { HeldSpans } from './heldSpans';
import type { TraceOptions } from './traceOptions';

/** The decision on a trace. Late spans wait for it, then go through the guests too, or are dropped. */
type Decision = HeldSpans | 'kept' | 'dropped';

/** Counts of traces so far. */
export interface TraceStats {
  /** Held traces; spans in them. */
  readonly held: number;
  readonly spansHeld: number;
  readonly bytesHeld: number;
  /** Decisions of the guests. A trace that they failed on is dropped, unless `onError` is `passthrough`. */
  readonly kept: number;
  readonly dropped: number;
  /** Decisions before the local root ended: at a limit, after `maxWaitMillis`, or in a flush. */
  readonly early: number;
  /** Spans that ended after the decision on their trace. */
  readonly lateSpans: number;
}

/**
 * Spans → whole local traces → pipeline. Spans are encoded as they end, and held by trace until all started local
 * roots of the trace have ended. Then the guests get the trace as one batch. It is kept if they return any of it. A
 * late span follows that decision: it is dropped, or goes through the guests separately.
 */
export class TraceQueue {
  readonly #pipeline: Pipeline;
  readonly #options: Required<TraceOptions>;
  readonly #onLost: (error: OtelWasmError) => void;
  readonly #encode = createSpanFieldEncoder();
  /** Ordered by their first span. */
  readonly #traces = new Map<string, HeldSpans>();
  readonly #openRoots = new Map<string, number>();
  readonly #decisions = new Map<string, Decision>();
  readonly #inFlight = new Set<Promise<OtelWasmError | undefined>>();
  #spansHeld = 0;
  #bytesHeld = 0;
  #kept = 0;
  #dropped = 0;
  #early = 0;
  #lateSpans = 0;
  #timer: NodeJS.Timeout | undefined;
  #shutdown: Promise<void> | undefined;

  /** @param onLost called with the reason when a trace is refused and no caller waits for it */
  constructor(pipeline: Pipeline, options: Required<TraceOptions>, onLost: (error: OtelWasmError) => void) {
    this.#pipeline = pipeline;
    this.#options = options;
    this.#onLost = onLost;
  }

  get stats(): TraceStats {
    return {
      held: this.#traces.size,
      spansHeld: this.#spansHeld,
      bytesHeld: this.#bytesHeld,
      ...{ kept: this.#kept, dropped: this.#dropped, early: this.#early, lateSpans: this.#lateSpans },
    };
  }

  /** Records that a sampled span has started. */
  started(span: ReadableSpan): void {
    if (!isLocalRoot(span) || this.#shutdown !== undefined) return;
    const { traceId } = span.spanContext();
    this.#openRoots.set(traceId, (this.#openRoots.get(traceId) ?? 0) + 1);
    // Forgets the oldest roots, which never ended.
    if (this.#openRoots.size > this.#options.maxTraces) dropOldest(this.#openRoots);
  }

  /** Accepts a span that has ended. Never throws. After shutdown it does nothing. */
  add(span: ReadableSpan): void {
    if (this.#shutdown !== undefined) return;
    const { traceId } = span.spanContext();
    const roots = this.#countRoots(span, traceId);
    const decision = this.#decisions.get(traceId);
    if (decision === 'dropped') {
      this.#lateSpans++;
      this.#pipeline.countDropped(1);
      return;
    }
    const encoded = this.#encoded(span);
    if (encoded === undefined) return;
    if (decision !== undefined) return this.#addLate(decision, span, encoded);
    let trace = this.#traces.get(traceId);
    if (trace === undefined) this.#traces.set(traceId, (trace = new HeldSpans(performance.now())));
    trace.add(span, encoded);
    this.#spansHeld++;
    this.#bytesHeld += encoded.length;
    if (isLocalRoot(span) && roots === 0) this.#decide(traceId, trace, { early: false });
    this.#keepBounds();
    this.#schedule();
  }

  /** Decides on all held traces. Resolves when the next consumer has accepted them. Rejects otherwise. */
  forceFlush(): Promise<void> {
    return this.#shutdown ?? this.#flush(() => this.#pipeline.forceFlush());
  }

  /** Flushes, then shuts the pipeline down, even if the flush fails. Returns the same promise each time. */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#flush(() => this.#pipeline.shutdown());
    return this.#shutdown;
  }

  async #flush(then: () => Promise<void>): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [traceId, trace] of this.#traces) this.#decide(traceId, trace, { early: true });
    let failure: OtelWasmError | undefined;
    // Spans that waited for this decision are sent now.
    while (this.#inFlight.size > 0) {
      const errors = await Promise.all(this.#inFlight);
      failure ??= errors.find(error => error !== undefined);
    }
    await then();
    if (failure !== undefined) throw failure;
  }

  #countRoots(span: ReadableSpan, traceId: string): number {
    const open = this.#openRoots.get(traceId) ?? 0;
    if (!isLocalRoot(span)) return open;
    if (open > 1) this.#openRoots.set(traceId, open - 1);
    else this.#openRoots.delete(traceId);
    return Math.max(0, open - 1);
  }

  #encoded(span: ReadableSpan): Uint8Array | undefined {
    try {
      return this.#encode(span);
    } catch (error) {
      this.#pipeline.countLost('ENCODE', 1, messageOf(error));
      return undefined;
    }
  }

  #addLate(decision: Exclude<Decision, 'dropped'>, span: ReadableSpan, encoded: Uint8Array): void {
    this.#lateSpans++;
    if (decision !== 'kept') return decision.add(span, encoded);
    const late = new HeldSpans(performance.now());
    late.add(span, encoded);
    this.#track(this.#send(late));
  }

  #keepBounds(): void {
    const { maxTraces, maxSpans, maxBytes } = this.#options;
    for (const [traceId, trace] of this.#traces) {
      if (this.#traces.size <= maxTraces && this.#spansHeld <= maxSpans && this.#bytesHeld <= maxBytes)
        return;
      this.#decide(traceId, trace, { early: true });
    }
  }

  /** One timer, for the trace that has waited longest. */
  #schedule(): void {
    const oldest = this.#traces.values().next().value;
    if (oldest === undefined || this.#timer !== undefined) return;
    const { maxWaitMillis } = this.#options;
    const waitMillis = Math.max(1, oldest.sinceMillis + maxWaitMillis - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const due = performance.now() - maxWaitMillis;
      for (const [traceId, trace] of this.#traces) {
        if (trace.sinceMillis > due) break;
        this.#decide(traceId, trace, { early: true });
      }
      this.#schedule();
    }, waitMillis).unref();
  }

  #decide(traceId: string, trace: HeldSpans, { early }: { early: boolean }): void {
    this.#traces.delete(traceId);
    this.#spansHeld -= trace.spans;
    this.#bytesHeld -= trace.bytes;
    if (early) this.#early++;
    const late = new HeldSpans(performance.now());
    this.#decisions.set(traceId, late);
    const onDecided = (spansLeft: number): void => {
      const kept = spansLeft > 0;
      if (kept) this.#kept++;
      else this.#dropped++;
      // With very many later decisions, this one may be forgotten already.
      if (this.#decisions.get(traceId) === late) this.#decisions.set(traceId, kept ? 'kept' : 'dropped');
      if (late.spans === 0) return;
      if (kept) this.#track(this.#send(late));
      else this.#pipeline.countDropped(late.spans);
    };
    if (this.#decisions.size > this.#options.maxDecisions) dropOldest(this.#decisions);
    this.#track(this.#send(trace, onDecided));
  }

  #track(sent: Promise<OtelWasmError | undefined>): void {
    this.#inFlight.add(sent);
    void sent.then(error => {
      this.#inFlight.delete(sent);
      if (error !== undefined) this.#onLost(error);
    });
  }

  /** Never rejects. Resolves with the error if the spans were refused. */
  async #send(held: HeldSpans, onDecided?: (spansLeft: number) => void): Promise<OtelWasmError | undefined> {
    let isDecided = false;
    const decided = (spansLeft: number): void => {
      isDecided = true;
      onDecided?.(spansLeft);
    };
    await whenDetected(held.encoded.map(({ resource }) => resource));
    let error: OtelWasmError | undefined;
    try {
      const batch = leaseEncodedSpans(held.encoded);
      const outcome = await this.#pipeline.send({ ...batch, indivisible: true, onDecided: decided });
      if (outcome.status === 'refused') error = outcome.error;
    } catch (cause) {
      error = new OtelWasmError('ENCODE', `a trace cannot be encoded: ${messageOf(cause)}`, { cause });
      this.#pipeline.countLost(error.code, held.spans, error.message);
    }
    // The guests never got this trace.
    if (!isDecided) decided(0);
    return error;
  }
}

/** Whether a span has no parent in this process. */
function isLocalRoot({ parentSpanContext: parent }: ReadableSpan): boolean {
  return parent === undefined || parent.isRemote === true;
}

function dropOldest(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
