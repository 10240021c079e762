import { messageOf } from '../../abi';
import { type ReadableSpan, detectedPart, warnAboutSetting } from '../../otel';
import { createSpanEncoder, decodeTraces } from '../../otlp';
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
   * What happens to a span that the guest failed on. `drop` removes everything that may contain a secret.
   * `passthrough` leaves it unchanged.
   * @default 'drop'
   */
  readonly onError?: OnError;
  /**
   * What happens to a span that the guest drops. Other processors already have it and will export it. `strip` removes
   * everything that may contain a secret. `unsample` marks it as not sampled, so that SDK processors skip it; this
   * includes children that start later. `keep` leaves it unchanged.
   * @default 'strip'
   */
  readonly dropped?: 'strip' | 'unsample' | 'keep';
}

type Dropped = Required<WasmSpanMutatorOptions>['dropped'];
const DROPPED: readonly Dropped[] = ['strip', 'unsample', 'keep'];

/**
 * A SpanProcessor that passes each recorded span to a guest as it ends, and changes the span itself: its name,
 * status, attributes, events and links. All other processors of the provider and all exporters see the guest's
 * result.
 *
 * It needs the SDK's `onEnding`, available since 2.3.0. In older versions the span is changed in `onEnd`, so
 * processors that export at once must be registered after this one. Guests run inline.
 */
export class WasmSpanMutator {
  readonly #guests: DirectGuests;
  readonly #dropped: Dropped;
  readonly #encode = createSpanEncoder();
  /** Spans between `onEnding` and `onEnd`. Another SDK, or a wrapping processor, may call only `onEnd`. */
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

  /** Counts so far. `itemsFailed` includes spans that were stripped because the guest failed. */
  get stats(): AdapterStats {
    return this.#guests.stats;
  }

  /** `running` when every guest is running. */
  get state(): RunnerState {
    return this.#guests.state;
  }

  /** Does nothing: spans are processed as they end. */
  onStart(): void {
    // See onEnding.
  }

  /** Changes the span. Never throws. */
  onEnding(span: ReadableSpan): void {
    this.#changed.add(span);
    this.#mutate(span);
  }

  /** Changes the span if the SDK is too old to call `onEnding`. Never throws. */
  onEnd(span: ReadableSpan): void {
    if (this.#changed.delete(span)) return;
    if (!this.#hasWarned) {
      this.#hasWarned = true;
      warnAboutSetting(
        'WasmSpanMutator: the SDK does not call onEnding, which needs SDK 2.3.0; processors before it may have exported spans unchanged',
      );
    }
    this.#mutate(span);
  }

  /** Resolves at once: nothing is queued. */
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
      // The span cannot be encoded or changed.
      this.#guests.countLost('ENCODE', `a span cannot be changed: ${messageOf(error)}`);
      tryToStrip(span);
    }
  }

  #ask(span: MutableSpan): DirectOutcome<ReadableSpan> {
    const bytes = this.#encode(span, detectedPart(span.resource));
    return this.#guests.process(bytes, (result, maxMessages) => {
      const spans = decodeTraces(result, maxMessages);
      const { spanId } = span.spanContext();
      // Other spans would be new ones, whose start no other processor has seen.
      return spans.find(one => one.spanContext().spanId === spanId) ?? spans[0];
    });
  }
}

function tryToStrip(span: MutableSpan): void {
  try {
    strip(span, 'ENCODE');
  } catch {
    // This is not an SDK span and cannot be changed. It is counted above.
  }
}
