import { messageOf } from '../../abi';
import { type ReadableSpan, detectedPart, warnAboutSetting } from '../../otel';
import { createSpanEncoder, decodeTraces, MAX_MESSAGES_OF_ITEM } from '../../otlp';
import {
  type AdapterStats,
  createDirectGuests,
  type DirectGuests,
  type DirectOutcome,
  type Guests,
  invalid,
  assertKnownOptions,
  type OnError,
} from '../../pipeline';
import type { RunnerState } from '../../runner';
import { DIRECT_OPTION_NAMES, type DirectOptions } from './directOptions';
import { applyChanges, type MutableSpan, strip, unsample } from './mutableSpan';

/** Options of {@link WasmSpanMutator}. */
export interface WasmSpanMutatorOptions extends DirectOptions {
  /**
   * What becomes of a span that the guest failed on. `drop`: all that may hold a secret is taken off it. `passthrough`: it
   * stays as it is.
   * @default 'drop'
   */
  readonly onError?: OnError;
  /**
   * What becomes of a span that the guest drops: others hold it already, and will export it. `strip`: all that may hold a
   * secret is taken off it. `unsample`: it is marked as not sampled, which processors of the SDK pass over; so are children
   * that start after it. `keep`: it stays as it is.
   * @default 'strip'
   */
  readonly dropped?: 'strip' | 'unsample' | 'keep';
}

type Dropped = Required<WasmSpanMutatorOptions>['dropped'];
const DROPPED: readonly Dropped[] = ['strip', 'unsample', 'keep'];

/**
 * A SpanProcessor that shows a guest each recorded span as it ends, and changes the span itself: its name, status,
 * attributes, events and links. Every other processor of the provider, and every exporter, sees what the guest left.
 *
 * It needs the SDK's `onEnding`, which is there from 2.3.0 on. In older ones the span is changed in `onEnd`: processors that
 * export at once must then stand behind this one. Guests run inline.
 */
export class WasmSpanMutator {
  readonly #guests: DirectGuests;
  readonly #dropped: Dropped;
  readonly #encode = createSpanEncoder();
  /** Spans between `onEnding` and `onEnd`. Another SDK, or a processor around this one, may call `onEnd` alone. */
  readonly #changed = new WeakSet<object>();
  #hasWarned = false;

  /**
   * Throws OtelWasmError: `INVALID_OPTION`, `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `RULES_INVALID`,
   * `MEMORY_LIMIT`, `START_FAILED`.
   */
  constructor(guests: Guests, options: WasmSpanMutatorOptions = {}) {
    assertKnownOptions(options, [...DIRECT_OPTION_NAMES, 'onError', 'dropped']);
    const { dropped = 'strip' } = options;
    if (!DROPPED.includes(dropped)) throw invalid('dropped', dropped, '"strip", "unsample" or "keep"');
    this.#dropped = dropped;
    this.#guests = createDirectGuests({
      ...{ name: 'WasmSpanMutator', role: 'processor', signal: 'traces' },
      ...{ guests, options },
    });
  }

  /** What was done so far. A span that was stripped since the guest failed is in `itemsFailed`. */
  get stats(): AdapterStats {
    return this.#guests.stats;
  }

  /** `running` when every guest serves. */
  get state(): RunnerState {
    return this.#guests.state;
  }

  /** Nothing: a span is looked at as it ends. */
  onStart(): void {
    // See onEnding.
  }

  /** Changes the span. Never throws. */
  onEnding(span: ReadableSpan): void {
    this.#changed.add(span);
    this.#mutate(span);
  }

  /** Changes the span if `onEnding` was not called for it: the SDK is too old. Never throws. */
  onEnd(span: ReadableSpan): void {
    if (this.#changed.delete(span)) return;
    if (!this.#hasWarned) {
      this.#hasWarned = true;
      warnAboutSetting(
        'WasmSpanMutator: nothing calls onEnding, which the SDK does from 2.3.0 on; processors before it may have exported spans unchanged',
      );
    }
    this.#mutate(span);
  }

  /** Resolves at once: nothing waits. */
  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  /** Runs each guest's `shutdown()`. Spans that end after it are stripped, unless `onError` is `passthrough`. */
  shutdown(): Promise<void> {
    this.#guests.shutdown();
    return Promise.resolve();
  }

  #mutate(span: MutableSpan): void {
    try {
      const outcome = this.#ask(span);
      if (outcome.status === 'changed') applyChanges(span, outcome.value);
      else if (outcome.status === 'failed') strip(span, outcome.error.code);
      else if (outcome.status === 'dropped' && this.#dropped === 'strip') strip(span, 'dropped');
      else if (outcome.status === 'dropped' && this.#dropped === 'unsample') unsample(span);
    } catch (error) {
      // The span cannot be encoded, or not be written to.
      this.#guests.countLost('ENCODE', `a span cannot be changed: ${messageOf(error)}`);
      tryToStrip(span);
    }
  }

  #ask(span: MutableSpan): DirectOutcome<ReadableSpan> {
    const bytes = this.#encode(span, detectedPart(span.resource));
    return this.#guests.process(bytes, result => {
      const spans = decodeTraces(result, MAX_MESSAGES_OF_ITEM);
      const { spanId } = span.spanContext();
      // Others would be new spans, whose start no other processor has seen.
      return spans.find(one => one.spanContext().spanId === spanId) ?? spans[0];
    });
  }
}

function tryToStrip(span: MutableSpan): void {
  try {
    strip(span, 'ENCODE');
  } catch {
    // No span of the SDK: it takes no changes at all, and that is counted.
  }
}
