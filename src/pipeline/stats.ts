import type { OtelWasmErrorCode } from '../abi';
import type { RunnerState } from '../runner';

/** Counts by error code. Codes that never occurred are absent. */
export type CountByCode = Readonly<Partial<Record<OtelWasmErrorCode, number>>>;

/** Statistics of one guest of an adapter's chain. */
export interface GuestStats {
  /**
   * The file's name without `.wasm`, or `guest`. In a chain it gets a number (`guest#2`) if an earlier guest has the
   * same name.
   */
  readonly name: string;
  readonly state: RunnerState;
  /**
   * Batches that an instance received (`alloc`, then `consume_*`), and pieces of batches that are bisected. For a
   * receiver: batches that it emitted.
   */
  readonly calls: number;
  /**
   * Failed calls by code; also batches without a call (`GUEST_DOWN`, `START_FAILED`, `QUEUE_FULL`), and failures of
   * `shutdown()` while an instance was replaced.
   */
  readonly errors: CountByCode;
  /** Instances that replaced a failed or recycled one. */
  readonly restarts: number;
  /** Size of linear memory. */
  readonly memoryBytes: number;
}

/**
 * What an adapter has done since it was created. An item is a span, a metric data point or a log record. When no
 * batch is in flight, `itemsIn + itemsAdded = itemsOut + itemsDropped + ` the sum of `itemsFailed`. Results that wait
 * to be joined are in flight.
 */
export interface AdapterStats {
  readonly itemsIn: number;
  /** Passed to the next consumer. For an exporter: accepted by the guest. */
  readonly itemsOut: number;
  /** Dropped by a guest's decision. */
  readonly itemsDropped: number;
  /** Items that a guest returned beyond the number it received. */
  readonly itemsAdded: number;
  /** Lost, by reason. */
  readonly itemsFailed: CountByCode;
  /** OTLP bytes passed to the first guest. */
  readonly bytesIn: number;
  /** OTLP bytes passed to the next consumer. */
  readonly bytesOut: number;
  /** This and the following are totals of all guests. */
  readonly calls: number;
  readonly errors: CountByCode;
  readonly restarts: number;
  readonly memoryBytes: number;
  readonly guests: readonly GuestStats[];
}

/** Counts by code that can be increased. */
export class Counts {
  readonly #counts: Partial<Record<OtelWasmErrorCode, number>> = {};

  add(code: OtelWasmErrorCode, count = 1): void {
    if (count > 0) this.#counts[code] = (this.#counts[code] ?? 0) + count;
  }

  get snapshot(): CountByCode {
    return { ...this.#counts };
  }
}

/** The sum of several counts, code by code. */
export function sumCounts(all: readonly CountByCode[]): CountByCode {
  const sum = new Counts();
  for (const counts of all) {
    for (const [code, count] of Object.entries(counts)) sum.add(code as OtelWasmErrorCode, count);
  }
  return sum.snapshot;
}

/** Statistics of an adapter: of all its guests together, and of each. */
export function sumGuests(
  guests: readonly GuestStats[],
): Pick<AdapterStats, 'calls' | 'errors' | 'restarts' | 'memoryBytes' | 'guests'> {
  const sum = (of: 'calls' | 'restarts' | 'memoryBytes'): number =>
    guests.reduce((total, guest) => total + guest[of], 0);
  return {
    calls: sum('calls'),
    errors: sumCounts(guests.map(({ errors }) => errors)),
    restarts: sum('restarts'),
    memoryBytes: sum('memoryBytes'),
    guests,
  };
}

/** The least healthy of the states. */
export function worstState(states: readonly RunnerState[]): RunnerState {
  const worstFirst: RunnerState[] = ['stopped', 'stopping', 'failed', 'restarting', 'starting'];
  return worstFirst.find(state => states.includes(state)) ?? 'running';
}
