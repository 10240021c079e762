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
   * Whether recorded but unsampled spans count too. With the SDK's AlwaysRecordSampler around the app's sampler,
   * these are all spans.
   * @default false
   */
  readonly unsampled?: boolean;
  /** The exporter of the metric reader. Its temporality preference applies. Default `temporalityPreference`. */
  readonly exporter?: object;
  /**
   * Temporality of sums and histograms. Default: that of `exporter`, or
   * `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`.
   */
  readonly temporalityPreference?: TemporalityPreference;
}

/** The result type of the SDK's MetricProducer. */
export interface CollectedMetrics {
  readonly resourceMetrics: ResourceMetrics;
  readonly errors: unknown[];
}

/**
 * Spans are passed to the guest in batches of this size, on the app's thread. The guest needs some hundred
 * microseconds.
 */
const BATCH_SIZE = 512;
/** Maximum number of spans that wait for their resource's attributes. */
const MAX_WAITING = 4_096;

/**
 * Derives metrics from spans: a SpanProcessor that passes each ended span to a guest, and an SDK MetricProducer that
 * asks the guest for its metrics when the reader collects. The guest runs inline and counts since its start. The
 * counts of a failed instance are lost, and its successor reports a new start time.
 */
export class WasmSpanMetrics {
  readonly #connector: Connector;
  readonly #unsampled: boolean;
  readonly #temporality: 'delta' | 'cumulative';
  #waiting: ReadableSpan[] = [];
  #isShutDown = false;

  /**
   * Throws OtelWasmError: `INVALID_OPTION`, `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH` for a guest that does
   * not derive metrics from spans, `MEMORY_LIMIT`, `START_FAILED`.
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

  /** Counts so far. An item is a span. */
  get stats(): AdapterStats {
    return this.#connector.stats;
  }

  /** `running` when the guest is running. */
  get state(): RunnerState {
    return this.#connector.state;
  }

  /** Does nothing: spans are counted when they end. */
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
    // The guest groups spans by the contents of their resources.
    if (this.#waiting.length >= BATCH_SIZE && span.resource.asyncAttributesPending !== true) this.#handOver();
  }

  /**
   * The guest's metrics, for an SDK reader, which replaces the resource of the spans by its own. Exemplars are left
   * out, because the SDK's types have none. Never rejects: `errors` contains what went wrong.
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
   * The guest's metrics as OTLP protobuf, including exemplars and resources; empty when there are none. With delta
   * temporality, the returned metrics are not collected again. Rejects with OtelWasmError when the guest fails.
   */
  async collectOtlp(): Promise<Uint8Array> {
    // Spans are counted without attributes whose detection failed.
    await whenDetected(this.#waiting.map(({ resource }) => resource));
    this.#handOver();
    const outcome = await this.#connector.collect(this.#temporality);
    // The reader's last report may follow the provider's shutdown, or run concurrently.
    if (this.#isShutDown) this.#connector.shutdown();
    if (outcome.status === 'failed') throw outcome.error;
    if (outcome.status === 'unchanged') return new Uint8Array(0);
    const bytes = outcome.bytes.slice();
    outcome.release();
    return bytes;
  }

  /** Passes waiting spans to the guest. */
  async forceFlush(): Promise<void> {
    await whenDetected(this.#waiting.map(({ resource }) => resource));
    this.#handOver();
  }

  /** Accepts no more spans. The guest is shut down after the next report, so that it includes the last spans. */
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
