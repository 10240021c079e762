/**
 * An exponential histogram of non-negative numbers, as fine as its buckets allow (OpenTelemetry, Metrics Data Model,
 * ExponentialHistogram). A bucket contains values above its lower bound, up to its upper one.
 */
const FINEST: i32 = 20;
const SIGNIFICAND: u64 = 0xfffffffffffff;
const SIGNIFICAND_BITS: u64 = 52;
const EXPONENT_BIAS: i32 = 1023;
const LEAST_NORMAL: f64 = 2.2250738585072014e-308;
const LEAST_EXPONENT: i32 = -1022;
const LOG2E: f64 = 1.4426950408889634;

export class Exponential {
  private finest: i32 = FINEST;
  /** Indexes of the first and the last used bucket. */
  first: i32 = 0;
  last: i32 = -1;
  readonly counts: StaticArray<u64>;
  zeroCount: u64 = 0;
  min: f64 = Infinity;
  max: f64 = 0;

  constructor(size: i32) {
    this.counts = new StaticArray<u64>(size);
  }

  get isEmpty(): bool {
    return this.last < this.first;
  }

  /** Meaningless for a histogram without buckets. */
  get scale(): i32 {
    return this.isEmpty ? 0 : this.finest;
  }

  record(value: f64): void {
    this.min = min(this.min, value);
    this.max = max(this.max, value);
    if (value == 0) {
      this.zeroCount++;
      return;
    }
    let index = indexOf(value, this.finest);
    const size = this.counts.length;
    if (this.isEmpty) this.first = this.last = index;
    else {
      const steps = stepsToFit(min(this.first, index), max(this.last, index), size);
      if (steps > 0) {
        this.coarsen(steps);
        index = indexOf(value, this.finest);
      }
      this.include(index);
    }
    unchecked(this.counts[index - this.first]++);
  }

  private include(index: i32): void {
    const first = this.first;
    if (index > this.last) this.last = index;
    if (index >= first) return;
    const moved = first - index;
    const at = changetype<usize>(this.counts);
    memory.copy(at + ((<usize>moved) << 3), at, (<usize>(this.last - first + 1)) << 3);
    memory.fill(at, 0, (<usize>moved) << 3);
    this.first = index;
  }

  private coarsen(steps: i32): void {
    const counts = this.counts;
    const before = this.first;
    const first = before >> steps;
    const used = this.last - before;
    for (let i = 0; i <= used; i++) {
      const count = unchecked(counts[i]);
      unchecked((counts[i] = 0));
      unchecked((counts[((before + i) >> steps) - first] += count));
    }
    this.last = this.last >> steps;
    this.first = first;
    this.finest -= steps;
  }
}

/** How often the buckets must be halved so that those from `low` to `high` are at most `size`. */
function stepsToFit(low: i32, high: i32, size: i32): i32 {
  let steps = 0;
  while (<i64>high - <i64>low >= size) {
    low >>= 1;
    high >>= 1;
    steps++;
  }
  return steps;
}

function indexOf(value: f64, scale: i32): i32 {
  const bits = reinterpret<u64>(value);
  const isPower = (bits & SIGNIFICAND) == 0;
  const exponent = value <= LEAST_NORMAL ? LEAST_EXPONENT : <i32>(bits >> SIGNIFICAND_BITS) - EXPONENT_BIAS;
  if (value <= LEAST_NORMAL)
    return scale > 0 ? (LEAST_EXPONENT << scale) - 1 : (LEAST_EXPONENT - 1) >> -scale;
  if (scale <= 0) return (isPower ? exponent - 1 : exponent) >> -scale;
  // The logarithm of a power of two is not always an exact integer.
  if (isPower) return (exponent << scale) - 1;
  return <i32>floor(Math.log(value) * (LOG2E * <f64>(1 << scale)));
}
