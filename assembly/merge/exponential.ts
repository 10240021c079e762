import { Buckets, DataPoint } from '../items';

/** The default maximum of buckets in SDKs. It is higher if a point has more. */
const MOST_BUCKETS: i64 = 160;
const LARGEST_SHIFT: i32 = 31;

/**
 * Adds the buckets of one exponential histogram to another, at the finest scale that both have and at which they fit,
 * as an SDK would.
 */
export function mergeExponential(into: DataPoint, from: DataPoint): void {
  // A histogram without buckets contains only zeros, so its scale does not matter.
  let scale = isEmpty(into) ? from.scale : isEmpty(from) ? into.scale : min(into.scale, from.scale);
  const positive = new Sides(into.positive, into.scale, from.positive, from.scale);
  const negative = new Sides(into.negative, into.scale, from.negative, from.scale);
  while (!positive.fits(scale) || !negative.fits(scale)) scale--;
  into.setZeroCount(into.zeroCount + from.zeroCount);
  if (from.zeroThreshold > into.zeroThreshold) into.setZeroThreshold(from.zeroThreshold);
  const positives = positive.add(scale);
  const negatives = negative.add(scale);
  into.setPositive(<i32>positive.first, positives);
  into.setNegative(<i32>negative.first, negatives);
  into.setScale(scale);
}

function isEmpty(point: DataPoint): bool {
  return point.positive.counts.length == 0 && point.negative.counts.length == 0;
}

/** The buckets of one sign, of two histograms. */
class Sides {
  first: i64 = 0;
  private last: i64 = -1;
  private a: Array<u64>;
  private b: Array<u64>;
  private aOffset: i64;
  private bOffset: i64;

  constructor(
    a: Buckets,
    private aScale: i32,
    b: Buckets,
    private bScale: i32,
  ) {
    this.a = a.counts;
    this.aOffset = a.offset;
    this.b = b.counts;
    this.bOffset = b.offset;
  }

  /** Finds the first and the last bucket at this scale. False when they are too far apart. */
  fits(scale: i32): bool {
    const a = this.a.length;
    const b = this.b.length;
    this.first = 0;
    this.last = -1;
    if (a > 0) {
      this.first = this.aOffset >> this.shift(this.aScale, scale);
      this.last = (this.aOffset + a - 1) >> this.shift(this.aScale, scale);
    }
    if (b > 0) {
      const first = this.bOffset >> this.shift(this.bScale, scale);
      const last = (this.bOffset + b - 1) >> this.shift(this.bScale, scale);
      this.first = a > 0 ? min(this.first, first) : first;
      this.last = a > 0 ? max(this.last, last) : last;
    }
    return this.last - this.first < max(MOST_BUCKETS, max(<i64>a, <i64>b));
  }

  add(scale: i32): Array<u64> {
    const sums = new Array<u64>(<i32>(this.last - this.first + 1)).fill(0);
    this.addTo(sums, this.a, this.aOffset, this.shift(this.aScale, scale));
    this.addTo(sums, this.b, this.bOffset, this.shift(this.bScale, scale));
    return sums;
  }

  private addTo(sums: Array<u64>, counts: Array<u64>, offset: i64, shift: i64): void {
    for (let i = 0; i < counts.length; i++) sums[<i32>(((offset + i) >> shift) - this.first)] += counts[i];
  }

  /** A larger shift leaves nothing of a 32-bit offset anyway. */
  private shift(from: i32, to: i32): i64 {
    return min<i64>(<i64>from - <i64>to, LARGEST_SHIFT + 1);
  }
}
