import type { ScalarType } from './definitions';

/** Wire types of protobuf that OTLP uses. It never used groups (3 and 4). */
export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH = 2;
export const FIXED32 = 5;

export const WIRE_TYPES: Readonly<Record<ScalarType, number>> = {
  ...{ string: LENGTH, bytes: LENGTH, traceId: LENGTH, spanId: LENGTH, double: FIXED64 },
  ...{ bool: VARINT, int32: VARINT, sint32: VARINT, uint32: VARINT, int64: VARINT, uint64: VARINT },
  ...{ fixed32: FIXED32, fixed64: FIXED64, sfixed64: FIXED64, enum: VARINT },
};
