import { mutated, type Random } from './random';

const FIXED_BYTES: Readonly<Record<number, number>> = { 1: 8, 5: 4 };
const LENGTH = 2;

/** A field: where its tag, its content and what comes after it begin. */
interface Field {
  readonly start: number;
  readonly body: number;
  readonly end: number;
  readonly wireType: number;
}

/**
 * A protobuf message with a change to some field of it, however deep, and right lengths around: what is wrong is looked
 * at there, not refused before. Bytes that are no message are changed anywhere.
 */
export function mutatedMessage(random: Random, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  const fields = fieldsIn(bytes);
  if (fields === undefined || fields.length === 0 || random.below(8) === 0)
    return mutated(random, bytes, other);
  const { start, body, end, wireType } = random.pick(fields);
  const [before, field, after] = [bytes.subarray(0, start), bytes.subarray(start, end), bytes.subarray(end)];
  switch (random.below(16)) {
    case 0:
      return Buffer.concat([before, after]);
    case 1:
      return Buffer.concat([before, field, field, after]);
    case 2:
      return Buffer.concat([field, before, after]);
  }
  if (wireType !== LENGTH) return Buffer.concat([before, mutated(random, field, other), after]);
  const tag = bytes.subarray(start, start + varintSize(bytes, start, end)!);
  const content = mutatedMessage(random, bytes.subarray(body, end), other);
  return Buffer.concat([before, tag, varint(content.length), content, after]);
}

/** Nothing when the bytes are not a message. */
function fieldsIn(bytes: Uint8Array): Field[] | undefined {
  const fields: Field[] = [];
  for (let start = 0; start < bytes.length;) {
    const tagSize = varintSize(bytes, start, bytes.length);
    if (tagSize === undefined || bytes[start] < 8) return undefined;
    const wireType = bytes[start] & 7;
    let body = start + tagSize;
    const size = varintSize(bytes, body, bytes.length);
    let length: number | undefined = FIXED_BYTES[wireType];
    if (wireType === 0) length = size;
    else if (wireType === LENGTH && size !== undefined) {
      length = bytes.subarray(body, body + size).reduceRight((sum, byte) => sum * 128 + (byte & 0x7f), 0);
      body += size;
    }
    if (length === undefined || body + length > bytes.length) return undefined;
    fields.push({ start, body, end: body + length, wireType });
    start = body + length;
  }
  return fields;
}

function varintSize(bytes: Uint8Array, at: number, end: number): number | undefined {
  for (let size = 1; size <= 10 && at + size <= end; size++) if (bytes[at + size - 1] < 0x80) return size;
  return undefined;
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
  return Uint8Array.from([...bytes, value]);
}
