import {
  type Attributes,
  type Context,
  type Link,
  type SpanContext,
  type SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
} from '@opentelemetry/api';
import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '../../abi';
import { type Sampler, SamplingDecision, type SamplingResult } from '../../otel';
import { createStartEncoder, decodeTraces } from '../../otlp';
import { compileDrops } from '../../pushdown';
import {
  type AdapterStats,
  createDirectGuests,
  type DirectGuests,
  type Guests,
  invalid,
  assertKnownOptions,
} from '../../pipeline';
import type { RunnerState } from '../../runner';
import { DIRECT_OPTION_NAMES, type DirectOptions } from './directOptions';

/** Options of {@link WasmSampler}. */
export interface WasmSamplerOptions extends DirectOptions {
  /**
   * Decides while the guest is down and when it fails. Any Sampler of the SDK.
   * @default a span follows its parent; root spans are sampled
   */
  readonly fallback?: Sampler;
  /**
   * The decision for a span that the guest drops. With `RECORD`, span processors still see it, unsampled.
   * @default 'NOT_RECORD'
   */
  readonly dropped?: 'NOT_RECORD' | 'RECORD';
}

/** Fields that are not known when a span starts, as rules see them. */
const NOT_YET = { status: { code: SpanStatusCode.UNSET }, instrumentationScope: { name: '' } };
const { NOT_RECORD, RECORD, RECORD_AND_SAMPLED } = SamplingDecision;
const SAMPLED: SamplingResult = { decision: RECORD_AND_SAMPLED };

/**
 * A Sampler that asks a guest. The guest sees the new span as one OTLP span: ids of its trace and parent, trace
 * state, name, kind, attributes and links. It sees no span id, resource or scope, and the start time is now. A span
 * that the guest keeps is sampled, with the attributes that the guest added or changed. A dropped span causes no
 * further cost. Wrap it in the SDK's ParentBasedSampler to drop the children of a dropped span too.
 *
 * A sampler selects; it does not redact. When the guest fails, `fallback` decides and attributes stay unchanged.
 * Guests run inline.
 */
export class WasmSampler implements Sampler {
  readonly #guests: DirectGuests;
  readonly #fallback: Sampler;
  readonly #dropped: SamplingResult;
  readonly #encode = createStartEncoder();
  /** The drop conditions of rules. A span that they drop is not encoded. */
  readonly #isDropped: ((start: object) => boolean) | undefined;

  /**
   * Throws OtelWasmError: `INVALID_OPTION`, `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `RULES_INVALID`,
   * `MEMORY_LIMIT`, `START_FAILED`.
   */
  constructor(guests: Guests, options: WasmSamplerOptions = {}) {
    assertKnownOptions(options, [...DIRECT_OPTION_NAMES, 'fallback', 'dropped']);
    const { fallback = FOLLOW_PARENT, dropped = 'NOT_RECORD' } = options;
    if (typeof fallback?.shouldSample !== 'function') throw invalid('fallback', fallback, 'a Sampler');
    if (dropped !== 'NOT_RECORD' && dropped !== 'RECORD')
      throw invalid('dropped', dropped, '"NOT_RECORD" or "RECORD"');
    this.#fallback = fallback;
    this.#dropped = { decision: dropped === 'RECORD' ? RECORD : NOT_RECORD };
    this.#guests = createDirectGuests({
      ...{ name: 'WasmSampler', role: 'processor', signal: 'traces' },
      ...{ guests, options },
    });
    this.#isDropped = compileDrops(this.#guests.drops, 'traces');
  }

  /** Counts so far. An item is a span that was decided. */
  get stats(): AdapterStats {
    return this.#guests.stats;
  }

  /** `running` when every guest is running. */
  get state(): RunnerState {
    return this.#guests.state;
  }

  /** Asks the guest. Throws only what `fallback` throws. */
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    let bytes: Uint8Array | undefined;
    try {
      const parent = parentOf(context, traceId);
      const name = spanName;
      const kind = spanKind;
      // Object literals: spreading an object from a variable takes as long as a guest's call.
      if (
        this.#isDropped?.({ traceId, parent, name, kind, attributes, links, ...NOT_YET }) === true &&
        this.state !== 'stopped'
      ) {
        this.#guests.countDropped();
        return this.#dropped;
      }
      bytes = this.#encode({ traceId, parent, name, kind, attributes, links });
    } catch (error) {
      this.#guests.countLost('ENCODE', `a span cannot be encoded, so fallback decides: ${messageOf(error)}`);
    }
    const outcome = bytes && this.#guests.process(bytes, (...read) => changedBy(attributes, ...read));
    switch (outcome?.status) {
      case 'kept':
        return SAMPLED;
      case 'dropped':
        return this.#dropped;
      case 'changed':
        return { decision: RECORD_AND_SAMPLED, attributes: outcome.value };
    }
    return this.#fallback.shouldSample(
      context,
      traceId,
      spanName,
      spanKind,
      attributes,
      links,
    ) as SamplingResult;
  }

  /** Runs each guest's `shutdown()`. From then on `fallback` decides. The SDK does not call it. */
  shutdown(): Promise<void> {
    this.#guests.shutdown();
    return Promise.resolve();
  }

  /** For the SDK's own logs. */
  toString(): string {
    return `WasmSampler{${this.stats.guests.map(({ name }) => name).join(', ')}}`;
  }
}

/** A root span may start in a context that contains a span. The trace ids then differ. */
function parentOf(context: Context, traceId: string): SpanContext | undefined {
  const parent = trace.getSpanContext(context);
  return parent?.traceId === traceId ? parent : undefined;
}

/** Attributes that the guest added or changed. Removed ones stay: a sampler cannot remove attributes. */
function changedBy(attributes: Attributes, bytes: Uint8Array, maxMessages: number): Attributes {
  const after = decodeTraces(bytes, maxMessages)[0].attributes;
  return Object.fromEntries(
    Object.entries(after).filter(([key, value]) => !isDeepStrictEqual(value, attributes[key])),
  );
}

/** Like the SDK's ParentBasedSampler around AlwaysOnSampler. Only the app has the SDK itself. */
const FOLLOW_PARENT: Sampler = {
  shouldSample: (context, traceId) => {
    const parent = parentOf(context, traceId);
    const isSampled = parent === undefined || (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
    return { decision: isSampled ? RECORD_AND_SAMPLED : NOT_RECORD };
  },
  toString: () => 'ParentBased{root=AlwaysOnSampler}',
};
