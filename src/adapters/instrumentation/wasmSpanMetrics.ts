import { TraceFlags } from '@opentelemetry/api';
import { messageOf, OtelWasmError } from '../../abi';
import type { GuestSource } from '../../guest';
import {
  AggregationTemporality,
  createResource,
  whenDetected,
  type ReadableSpan,
  type Resource,
  type ResourceMetrics,
  type ScopeMetrics,
} from '../../otel';
import { leaseTraces } from '../../otlp';
import {
  type AdapterStats,
  type Connector,
  createConnector,
  invalid,
  assertKnownOptions,
} from '../../pipeline';
import type { RunnerState } from '../../runner';
import { decodedMetrics, decodedParts, UndecodablePart } from '../../sink';
import { selectionFor, type TemporalityPreference } from '../metricSelection';
import { appendScopes } from './appendScopes';
import { DIRECT_OPTION_NAMES, type DirectOptions } from './directOptions';

/** Options of {@link WasmSpanMetrics}. */
export interface WasmSpanMetricsOptions extends DirectOptions {
  /**
   * Whether spans that are recorded but not sampled count too: all of them, with the SDK's AlwaysRecordSampler around the
   * app's sampler.
   * @default false
   */
  readonly unsampled?: boolean;
  /** The exporter of the reader that will collect, to report as it wants. Default `temporalityPreference`. */
  readonly exporter?: object;
  /** How sums and histograms are reported. Default: what `exporter` wants, or `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`. */
  readonly temporalityPreference?: TemporalityPreference;
}

/** What a reader of the SDK takes from a producer of metrics. */
export interface CollectedMetrics {
  readonly resourceMetrics: ResourceMetrics;
  readonly errors: unknown[];
}

/** Spans are handed over in batches of this size, on the thread of the app: the guest needs some hundred microseconds. */
const BATCH_SIZE = 512;
/** Spans that wait for their resource's attributes at most. */
const MAX_WAITING = 4_096;

/**
 * Metrics from spans: a SpanProcessor that shows each span that ended to a guest, and a MetricProducer of the SDK that
 * asks the guest for its metrics when the reader collects. The guest runs inline, and counts from its start on: what an
 * instance that failed had counted is gone, and its successor reports a new start time.
 */
export class WasmSpanMetrics {
  readonly #connector: Connector;
  readonly #unsampled: boolean;
  readonly #temporality: 'delta' | 'cumulative';
  #waiting: ReadableSpan[] = [];
  #isShutDown = false;

  /**
   * Throws OtelWasmError: `INVALID_OPTION`, `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH` for a guest that does not
   * make metrics of spans, `MEMORY_LIMIT`, `START_FAILED`.
   */
  constructor(guest: GuestSource, options: WasmSpanMetricsOptions = {}) {
    assertKnownOptions(options, [...DIRECT_OPTION_NAMES, 'unsampled', 'exporter', 'temporalityPreference']);
    const { unsampled = false, exporter, temporalityPreference } = options;
    if (typeof unsampled !== 'boolean') throw invalid('unsampled', unsampled, 'true or false');
    if (exporter !== undefined && (typeof exporter !== 'object' || exporter === null))
      throw invalid('exporter', exporter, 'an exporter of metrics');
    this.#unsampled = unsampled;
    const wanted = selectionFor(temporalityPreference, exporter).temporality('COUNTER');
    this.#temporality = wanted === AggregationTemporality.DELTA ? 'delta' : 'cumulative';
    this.#connector = createConnector('WasmSpanMetrics', guest, options);
  }

  /** What was done so far; an item is a span. */
  get stats(): AdapterStats {
    return this.#connector.stats;
  }

  /** `running` when the guest serves. */
  get state(): RunnerState {
    return this.#connector.state;
  }

  /** Nothing: spans are counted when they have ended. */
  onStart(): void {
    // See onEnd.
  }

  /** Counts the span. Never throws. */
  onEnd(span: ReadableSpan): void {
    if (this.#isShutDown) return;
    if (!this.#unsampled && (span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    if (this.#waiting.length >= MAX_WAITING)
      return this.#connector.countLost('QUEUE_FULL', 1, `${MAX_WAITING} spans wait for their resource`);
    this.#waiting.push(span);
    // The guest tells resources apart by what they hold.
    if (this.#waiting.length >= BATCH_SIZE && span.resource.asyncAttributesPending !== true) this.#handOver();
  }

  /**
   * The guest's metrics, for a reader of the SDK, which puts its own resource in the place of the spans'. Exemplars are
   * not among them, for the SDK's types have none. Never rejects: `errors` say what went wrong.
   */
  async collect(): Promise<CollectedMetrics> {
    let resource: Resource | undefined;
    const scopeMetrics: ScopeMetrics[] = [];
    try {
      for await (const part of decodedParts('metrics', await this.collectOtlp(), decodedMetrics)) {
        if (part instanceof UndecodablePart) throw part.error;
        resource ??= part.batches[0]?.resource;
        for (const group of part.batches) appendScopes(scopeMetrics, group.scopeMetrics);
      }
      return { resourceMetrics: { resource: resource ?? createResource({}), scopeMetrics }, errors: [] };
    } catch (error) {
      return { resourceMetrics: { resource: createResource({}), scopeMetrics: [] }, errors: [error] };
    }
  }

  /**
   * The guest's metrics as OTLP protobuf, exemplars and resources included; empty when there are none. With deltas, what
   * is taken here is not collected again. Rejects with OtelWasmError when the guest fails.
   */
  async collectOtlp(): Promise<Uint8Array> {
    // Spans are counted without what could not be detected.
    await whenDetected(this.#waiting.map(({ resource }) => resource));
    this.#handOver();
    const outcome = await this.#connector.collect(this.#temporality);
    // The reader's last report comes after the provider's shutdown, or beside it.
    if (this.#isShutDown) this.#connector.shutdown();
    if (outcome.status === 'failed') throw outcome.error;
    if (outcome.status === 'unchanged') return new Uint8Array(0);
    const bytes = outcome.bytes.slice();
    outcome.release();
    return bytes;
  }

  /** Hands the spans that wait to the guest. */
  async forceFlush(): Promise<void> {
    await whenDetected(this.#waiting.map(({ resource }) => resource));
    this.#handOver();
  }

  /** Takes no more spans. The guest is shut down after the next report, so that the last spans are in it. */
  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    await this.forceFlush();
  }

  #handOver(): void {
    if (this.#waiting.length === 0) return;
    const spans = this.#waiting;
    this.#waiting = [];
    let lost = 0;
    const onLost = (error: unknown): void => {
      lost++;
      this.#connector.countLost('ENCODE', 1, messageOf(error));
    };
    try {
      this.#connector.consume(leaseTraces(spans, onLost));
    } catch (cause) {
      const error = new OtelWasmError('ENCODE', `spans cannot be encoded: ${messageOf(cause)}`, { cause });
      this.#connector.countLost(error.code, spans.length - lost, error.message);
    }
  }
}
