import type { Attributes, BatchObservableResult, MeterProvider, Observable } from '@opentelemetry/api';
import type { OtelWasmErrorCode, Signal } from '../abi';
import { invalid } from './options';
import { RUNNER_STATES } from '../runner';
import type { AdapterStats, CountByCode } from './stats';

/** An adapter's own metrics. Existing counters are observed when a reader collects. Only durations are recorded. */
export interface SelfTelemetry {
  /** Records the end of one call of `consume_*`. */
  recordCall(this: void, guest: string, seconds: number, error: OtelWasmErrorCode | undefined): void;
  /**
   * Registers the values that a reader observes when it collects. When `isClosed` returns true, the last values are
   * observed once more, and the MeterProvider then drops the adapter.
   */
  observe(stats: () => AdapterStats, isClosed: () => boolean): void;
}

const NO_SELF_TELEMETRY: SelfTelemetry = { recordCall: () => undefined, observe: () => undefined };

/** Seconds. A guest call usually takes microseconds, and at most `guestTimeoutMillis`. */
const DURATION_BOUNDARIES = [0.000_01, 0.000_05, 0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];

const instances = new Map<string, number>();

/**
 * Records the metrics that `docs/self-telemetry.md` lists. Attributes follow OpenTelemetry's conventions for SDK
 * metrics (`otel.component.*`, `error.type`).
 */
export function createSelfTelemetry(
  meterProvider: MeterProvider | undefined,
  component: string,
  signal: Signal,
): SelfTelemetry {
  if (meterProvider === undefined) return NO_SELF_TELEMETRY;
  if (typeof meterProvider?.getMeter !== 'function')
    throw invalid('meterProvider', meterProvider, 'a MeterProvider');
  const meter = meterProvider.getMeter('otelwasm');
  const observed: Observable[] = [];
  const created = (instrument: Observable): Observable => (observed.push(instrument), instrument);
  const counter = (name: string, unit: string, description: string): Observable =>
    created(meter.createObservableCounter(`otelwasm.${name}`, { unit, description }));
  const upDownCounter = (name: string, unit: string, description: string): Observable =>
    created(meter.createObservableUpDownCounter(`otelwasm.${name}`, { unit, description }));

  const itemsIn = counter('adapter.items.in', '{item}', 'Items that the adapter received');
  const itemsOut = counter('adapter.items.out', '{item}', 'Items passed to the next consumer');
  const itemsAdded = counter(
    'adapter.items.added',
    '{item}',
    'Items that a guest returned beyond the number it received',
  );
  const itemsDropped = counter('adapter.items.dropped', '{item}', 'Items that were dropped or lost');
  const io = counter('adapter.io', 'By', 'OTLP bytes passed to the first guest and to the next consumer');
  const calls = counter('guest.calls', '{call}', 'Batches that a guest received');
  const errors = counter('guest.errors', '{error}', 'Calls that failed');
  const restarts = counter('guest.restarts', '{restart}', 'Instances that replaced a failed or recycled one');
  const memory = upDownCounter('guest.memory.usage', 'By', "Size of the guest's linear memory");
  const state = upDownCounter('guest.state', '{guest}', 'State of the guest');
  const duration = meter.createHistogram('otelwasm.guest.call.duration', {
    unit: 's',
    description: 'Duration of a call into a guest',
    advice: { explicitBucketBoundaries: DURATION_BOUNDARIES },
  });

  const type = `otelwasm.${component}`;
  const instance = instances.get(type) ?? 0;
  instances.set(type, instance + 1);
  const own: Attributes = {
    'otel.component.type': type,
    'otel.component.name': `${type}/${instance}`,
    'otelwasm.signal': signal,
  };

  const observe = (result: BatchObservableResult, now: AdapterStats): void => {
    result.observe(itemsIn, now.itemsIn, own);
    result.observe(itemsOut, now.itemsOut, own);
    result.observe(itemsAdded, now.itemsAdded, own);
    result.observe(itemsDropped, now.itemsDropped, { ...own, 'otelwasm.drop.reason': 'guest_decision' });
    for (const [code, count] of counts(now.itemsFailed)) {
      result.observe(itemsDropped, count, { ...own, 'otelwasm.drop.reason': code });
    }
    result.observe(io, now.bytesIn, { ...own, 'otelwasm.io.direction': 'in' });
    result.observe(io, now.bytesOut, { ...own, 'otelwasm.io.direction': 'out' });
    for (const guest of now.guests) {
      const attributes = { ...own, 'otelwasm.guest.name': guest.name };
      result.observe(calls, guest.calls, attributes);
      for (const [code, count] of counts(guest.errors)) {
        result.observe(errors, count, { ...attributes, 'error.type': code });
      }
      result.observe(restarts, guest.restarts, attributes);
      result.observe(memory, guest.memoryBytes, attributes);
      // Observes all states: a state that is not observed again keeps its last value in cumulative readers.
      for (const one of RUNNER_STATES) {
        result.observe(state, one === guest.state ? 1 : 0, { ...attributes, 'otelwasm.guest.state': one });
      }
    }
  };
  return {
    recordCall: (guest, seconds, error) => {
      const attributes = { ...own, 'otelwasm.guest.name': guest };
      duration.record(seconds, error === undefined ? attributes : { ...attributes, 'error.type': error });
    },
    observe: (stats, isClosed) => {
      const callback = (result: BatchObservableResult): void => {
        // Read before the values, so that the last observation includes everything.
        const isLast = isClosed();
        observe(result, stats());
        if (isLast) meter.removeBatchObservableCallback(callback, observed);
      };
      meter.addBatchObservableCallback(callback, observed);
    },
  };
}

function counts(byCode: CountByCode): [string, number][] {
  return Object.entries(byCode);
}
