import type { OtelWasmErrorCode } from '../abi';
import type { RunnerState } from '../runner';

/** Counts by error code; codes that never occurred are absent. */
export type CountByCode = Readonly<Partial<Record<OtelWasmErrorCode, number>>>;

/** One guest of an adapter's chain. */
export interface GuestStats {
  /** The file's name without `.wasm`, or `guest`; in a chain with a number (`guest#2`) if one before has the same. */
  readonly name: string;
  readonly state: RunnerState;
  /**
   * Batches that an instance was given (`alloc`, then `consume_*`), and pieces of one that is searched for the item that kills it.
   * A receiver: batches that it emitted.
   */
  readonly calls: number;
  /**
   * Failed calls by code; also batches for which there was none (`GUEST_DOWN`, `START_FAILED`, `QUEUE_FULL`), and a
   * `shutdown()` that failed as its instance was replaced.
   */
  readonly errors: CountByCode;
  /** Instances made to replace one that failed or was recycled. */
  readonly restarts: number;
  /** Size of linear memory. */
  readonly memoryBytes: number;
}

/**
 * What an adapter has done since it was made. An item is a span, a metric data point or a log record. When nothing is
 * in flight (results that wait to be joined are), `itemsIn + itemsAdded = itemsOut + itemsDropped + ` the sum of
 * `itemsFailed`.
 */
export interface AdapterStats {
  readonly itemsIn: number;
  /** Handed to the next consumer; for an exporter, accepted by the guest. */
  readonly itemsOut: number;
  /** Left out by a guest's decision. */
  readonly itemsDropped: number;
  /** Returned by a guest beyond what it was given. */
  readonly itemsAdded: number;
  /** Lost, by reason. */
  readonly itemsFailed: CountByCode;
  /** OTLP bytes given to the first guest. */
  readonly bytesIn: number;
  /** OTLP bytes passed to the next consumer. */
  readonly bytesOut: number;
  /** Of all guests together, as what follows. */
  readonly calls: number;
  readonly errors: CountByCode;
  readonly restarts: number;
  readonly memoryBytes: number;
  readonly guests: readonly GuestStats[];
}

/** Counts by code that grow. */
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

/** The state that is furthest from serving. */
export function worstState(states: readonly RunnerState[]): RunnerState {
  const worstFirst: RunnerState[] = ['stopped', 'stopping', 'failed', 'restarting', 'starting'];
  return worstFirst.find(state => states.includes(state)) ?? 'running';
}
