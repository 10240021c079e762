import { Text } from 'otelwasm/assembly';
import { Exponential } from './exponential';
import { Settings } from './settings';

/** An exemplar: trace id, span id, time, value. */
export const EXEMPLAR_BYTES: usize = 40;

/** The counts of spans with equal dimensions. */
export class Series {
  calls: u64 = 0;
  sum: f64 = 0;
  /** One for each bound, and one above. */
  readonly counts: StaticArray<u64>;
  readonly exponential: Exponential | null;
  exemplars: StaticArray<u8> | null = null;
  exemplarCount: i32 = 0;

  constructor(
    readonly key: StaticArray<u8>,
    /** As field 1 of a message. */
    readonly attributes: StaticArray<u8>,
    readonly startTimeUnixNano: u64,
    private settings: Settings,
  ) {
    const size = settings.exponentialSize;
    this.exponential = size > 0 ? new Exponential(size) : null;
    this.counts = new StaticArray<u64>(size > 0 ? 0 : settings.bounds.length + 1);
  }

  record(value: f64): void {
    this.calls++;
    this.sum += value;
    const exponential = this.exponential;
    if (exponential !== null) exponential.record(value);
    else unchecked(this.counts[firstNotBelow(this.settings.bounds, value)]++);
  }

  /** The first exemplars of each report are kept. */
  addExemplar(traceId: Text, spanId: Text, time: u64, value: f64, most: i32): void {
    if (this.exemplarCount >= most) return;
    let exemplars = this.exemplars;
    if (exemplars === null) this.exemplars = exemplars = new StaticArray<u8>(most * <i32>EXEMPLAR_BYTES);
    const at = changetype<usize>(exemplars) + <usize>this.exemplarCount * EXEMPLAR_BYTES;
    this.exemplarCount++;
    memory.copy(at, traceId.pointer, 16);
    memory.copy(at + 16, spanId.pointer, 8);
    store<u64>(at, time, 24);
    store<f64>(at, value, 32);
  }
}

/** The index of the first bound that is not below the value; after the last one if all are. */
function firstNotBelow(bounds: StaticArray<f64>, value: f64): i32 {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (unchecked(bounds[middle]) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
