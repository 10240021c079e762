import { Message, bytesFieldSize, putBytesHeader, putVarint, putVarints, readVarints, take, varintSize, varintsSize } from '../protobuf';

const OFFSET: u32 = 1;
const COUNTS: u32 = 2;

/** One side of an exponential histogram (OTLP ExponentialHistogramDataPoint.Buckets). */
export class Buckets {
  /** @internal */
  readonly message: Message = new Message();

  /** Index of the first bucket. */
  get offset(): i32 {
    return fromZigzag(this.message.varint(OFFSET));
  }

  /** The number of values in each bucket, from `offset` on. */
  get counts(): Array<u64> {
    return readVarints(this.message, COUNTS);
  }
}

/** @internal Sets buckets in a field of a data point. */
export function setBuckets(point: Message, number: u32, offset: i32, counts: Array<u64>): void {
  const offsetBits = toZigzag(offset);
  const countsSize = varintsSize(counts);
  const size = 1 + varintSize(offsetBits) + bytesFieldSize(COUNTS, countsSize);
  const at = take(bytesFieldSize(number, size));
  if (at == 0) return;
  const body = putBytesHeader(at, number, size);
  const afterOffset = putVarint(putVarint(body, OFFSET << 3), offsetBits);
  point.setField(number, at, putVarints(putBytesHeader(afterOffset, COUNTS, countsSize), counts));
}

/** @internal Protobuf's sint32. */
export function fromZigzag(bits: u64): i32 {
  const value = <u32>bits;
  return (value >>> 1) ^ -(value & 1);
}

/** @internal */
export function toZigzag(value: i32): u64 {
  return <u64>(<u32>((value << 1) ^ (value >> 31)));
}
