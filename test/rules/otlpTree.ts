// OTLP protobuf ↔ OTLP JSON, without the losses of JSON: a byte that is not UTF-8 is a lone surrogate (U+DC00 + byte),
// and what stands for nothing on the wire (a zero, an empty resource) is left out. So equal data is an equal tree.
import type { Signal } from '../../src/abi/signal';
import { isPackable, type JsonField, type JsonMessage } from '../../src/otlp/json/fields';
import { WIRE_TYPES } from '../../src/otlp/schema';
import { type OtlpJson, JSON_PAYLOADS } from '../../src/otlp/json/toJson';

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/** Bytes as the tree that data sets and expected results are written in. */
export function decodeOtlp(signal: Signal, bytes: Uint8Array): OtlpJson {
  return readMessage(Buffer.from(bytes), JSON_PAYLOADS[signal].message);
}

/** A data set's tree as bytes. */
export function encodeOtlp(signal: Signal, json: OtlpJson): Uint8Array {
  return writeMessage(json, JSON_PAYLOADS[signal].message);
}

function readMessage(bytes: Buffer, message: JsonMessage): OtlpJson {
  const found = new Map<JsonField, unknown>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
  };
  const take = (length: number): Buffer => bytes.subarray(at, (at += length));
  const raw = (wireType: number): bigint | Buffer => {
    if (wireType === VARINT) return varint();
    return take(wireType === FIXED64 ? 8 : wireType === FIXED32 ? 4 : Number(varint()));
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const field = message.byNumber.get(tag >>> 3);
    const value = raw(tag & 7);
    if (field === undefined) continue;
    if (!field.repeated) found.set(field, readValue(field, value));
    else {
      const list = (found.get(field) ?? []) as unknown[];
      list.push(...readElements(field, value, tag & 7));
      found.set(field, list);
    }
  }
  const entries = [...message.byName.values()].map(field => [field.name, found.get(field)] as const);
  return Object.fromEntries(entries.filter(([name, value]) => !isNothing(message, name, value)));
}

function readElements(field: JsonField, value: bigint | Buffer, wireType: number): unknown[] {
  if (!isPackable(field.type) || wireType !== LENGTH) return [readValue(field, value)];
  const packed: unknown[] = [];
  const bytes = value as Buffer;
  // The elements of a packed list are the fields of a message whose tags are left out.
  for (let at = 0; at < bytes.length;) {
    if (WIRE_TYPES[field.type] === VARINT) {
      let end = at;
      while (bytes[end] >= 0x80) end++;
      const digits = [...bytes.subarray(at, end + 1)].map(byte => BigInt(byte & 0x7f));
      packed.push(
        readValue(
          field,
          digits.reduceRight((sum, digit) => (sum << 7n) | digit, 0n),
        ),
      );
      at = end + 1;
    } else {
      const size = WIRE_TYPES[field.type] === FIXED64 ? 8 : 4;
      packed.push(readValue(field, bytes.subarray(at, (at += size))));
    }
  }
  return packed;
}

function readValue({ type }: JsonField, value: bigint | Buffer): unknown {
  if (typeof type !== 'string') return readMessage(value as Buffer, type);
  switch (type) {
    case 'string':
      return textOf(value as Buffer);
    case 'bytes':
      return (value as Buffer).toString('base64');
    case 'traceId':
    case 'spanId':
      return (value as Buffer).toString('hex');
    case 'bool':
      return value !== 0n;
    case 'double':
      return numberOf((value as Buffer).readDoubleLE());
    case 'fixed64':
      return String((value as Buffer).readBigUInt64LE());
    case 'sfixed64':
      return String((value as Buffer).readBigInt64LE());
    case 'fixed32':
      return (value as Buffer).readUInt32LE();
    case 'uint64':
      return String(value);
    case 'int64':
      return String(BigInt.asIntN(64, value as bigint));
    case 'sint32':
      return Number((value as bigint) >> 1n) ^ -Number((value as bigint) & 1n);
    default:
      return type === 'uint32'
        ? Number(BigInt.asUintN(32, value as bigint))
        : Number(BigInt.asIntN(32, value as bigint));
  }
}

/** Fields that say nothing: absent ones, zeros without presence, ids of zeros, messages that a writer always writes. */
function isNothing(message: JsonMessage, name: string, value: unknown): boolean {
  if (value === undefined) return true;
  const { type, explicit } = message.byName.get(name) as JsonField;
  if (Array.isArray(value)) return value.length === 0;
  if (explicit) return false;
  if (typeof type !== 'string') return ALWAYS_WRITTEN.has(name) && Object.keys(value as object).length === 0;
  if (type === 'traceId' || type === 'spanId') return /^0*$/.test(value as string);
  return value === '' || value === 0 || value === '0' || value === '-0' || value === false;
}

const ALWAYS_WRITTEN = new Set(['resource', 'scope', 'status', 'value', 'body', 'positive', 'negative']);

const numberOf = (value: number): number | string =>
  Object.is(value, -0) ? '-0' : Number.isFinite(value) ? value : String(value);

/** Bytes as text; each byte that is not part of a UTF-8 sequence is a lone surrogate. */
function textOf(bytes: Buffer): string {
  if (isText(bytes)) return bytes.toString();
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const length = [1, 2, 3, 4].find(
      size => at + size <= bytes.length && isText(bytes.subarray(at, at + size)),
    );
    text +=
      length === undefined
        ? String.fromCharCode(0xdc00 + bytes[at])
        : bytes.toString('utf8', at, at + length);
    at += length ?? 1;
  }
  return text;
}

const isText = (bytes: Buffer): boolean => Buffer.from(bytes.toString()).equals(bytes);

function bytesOf(text: string): Buffer {
  const parts = [...text].map(character => {
    const code = character.charCodeAt(0);
    const isByte = character.length === 1 && code >= 0xdc80 && code <= 0xdcff;
    return Buffer.from(isByte ? [code - 0xdc00] : Buffer.from(character));
  });
  return Buffer.concat(parts);
}

function writeMessage(json: OtlpJson, message: JsonMessage): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of Object.entries(json)) {
    const field = message.byName.get(name);
    if (field === undefined) throw new Error(`${message.name} has no field ${name}`);
    if (field.repeated && isPackable(field.type)) {
      const packed = Buffer.concat((value as unknown[]).map(element => writeField(field, element)[1]));
      parts.push(varintOf(BigInt((field.number << 3) | LENGTH)), varintOf(BigInt(packed.length)), packed);
      continue;
    }
    for (const element of field.repeated ? (value as unknown[]) : [value])
      parts.push(...writeField(field, element));
  }
  return Buffer.concat(parts);
}

function writeField({ number, type }: JsonField, value: unknown): Buffer[] {
  const tag = (wireType: number) => varintOf(BigInt((number << 3) | wireType));
  const long = (bytes: Buffer) => [tag(LENGTH), varintOf(BigInt(bytes.length)), bytes];
  if (typeof type !== 'string') return long(writeMessage(value as OtlpJson, type));
  const fixed = Buffer.alloc(WIRE_TYPES[type] === FIXED32 ? 4 : 8);
  switch (type) {
    case 'string':
      return long(bytesOf(value as string));
    case 'bytes':
      return long(Buffer.from(value as string, 'base64'));
    case 'traceId':
    case 'spanId':
      return long(Buffer.from(value as string, 'hex'));
    case 'double':
      fixed.writeDoubleLE(Number(value));
      return [tag(FIXED64), fixed];
    case 'fixed64':
    case 'sfixed64':
      fixed.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value as string)));
      return [tag(FIXED64), fixed];
    case 'fixed32':
      fixed.writeUInt32LE(value as number);
      return [tag(FIXED32), fixed];
    case 'sint32':
      return [
        tag(VARINT),
        varintOf(BigInt.asUintN(32, BigInt(((value as number) << 1) ^ ((value as number) >> 31)))),
      ];
    default:
      return [tag(VARINT), varintOf(BigInt.asUintN(64, BigInt(value as string | number | boolean)))];
  }
}

function varintOf(value: bigint): Buffer {
  const bytes: number[] = [];
  for (; value >= 0x80n; value >>= 7n) bytes.push(Number(value & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(value)]);
}
