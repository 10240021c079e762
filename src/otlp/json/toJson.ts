import type { Signal } from '../../abi';
import { Reader } from '../wire';
import { LENGTH, type ScalarType, WIRE_TYPES } from '../schema';
import { isPackable, type JsonField, type JsonMessage, messageNamed } from './fields';

/** OTLP as JSON: e.g. `{ resourceSpans: [...] }`. */
export type OtlpJson = Record<string, unknown>;

/** The message type of each signal's payload, and the JSON name of its only field. */
export const JSON_PAYLOADS = {
  traces: { message: messageNamed('TracesData'), field: 'resourceSpans' },
  metrics: { message: messageNamed('MetricsData'), field: 'resourceMetrics' },
  logs: { message: messageNamed('LogsData'), field: 'resourceLogs' },
} as const;

/** Bytes of text that cost as much as an embedded message: a byte can become six in JSON. */
const TEXT_BYTES_PER_MESSAGE = 64;

/** Maximum nesting of messages. Deeper bytes are hostile. */
const MAX_DEPTH = 200;

/**
 * Converts OTLP protobuf to OTLP JSON: ids in hex, bytes in base64, 64-bit integers as decimal text, enums as
 * numbers, fields in their JSON names. Absent and unknown fields are left out.
 * @param maxMessages limit of embedded messages, by default none: 8 million take three seconds and a gigabyte
 * @throws OtelWasmError `DECODE`, naming the byte, also when there are more messages
 */
export function otlpToJson(signal: Signal, bytes: Uint8Array, maxMessages = Infinity): OtlpJson {
  const { message, field } = JSON_PAYLOADS[signal];
  return { [field]: [], ...readMessage(new Reader(bytes, maxMessages), message, 0) };
}

function readMessage(reader: Reader, message: JsonMessage, depth: number): OtlpJson {
  if (depth > MAX_DEPTH) reader.fail(`messages nested more than ${MAX_DEPTH} deep`);
  const json: OtlpJson = {};
  while (reader.more()) {
    const tag = reader.tag();
    const field = message.byNumber.get(tag >>> 3);
    if (field === undefined) reader.skip(tag);
    else readField(reader, json, field, tag & 7, message.name, depth);
  }
  return json;
}

function readField(
  reader: Reader,
  json: OtlpJson,
  field: JsonField,
  wireType: number,
  messageName: string,
  depth: number,
): void {
  const { type, name } = field;
  const expected = typeof type === 'string' ? WIRE_TYPES[type] : LENGTH;
  if (field.repeated && isPackable(type) && wireType === LENGTH) {
    const outer = reader.enterPacked();
    const list = (json[name] ??= []) as unknown[];
    while (reader.more()) {
      reader.element();
      list.push(readScalar(reader, type));
    }
    reader.leave(outer);
    return;
  }
  if (wireType !== expected) {
    reader.fail(`wire type ${wireType} in ${messageName}.${name}: expected ${expected}`);
  }
  const value = typeof type === 'string' ? readScalar(reader, type) : readEmbedded(reader, type, depth);
  clear(json, field);
  if (field.repeated) ((json[name] ??= []) as unknown[]).push(value);
  // A message that occurs twice is merged, as protobuf requires.
  else if (typeof type !== 'string' && json[name] !== undefined)
    merge(json[name] as OtlpJson, value as OtlpJson, type);
  else json[name] = value;
}

function readEmbedded(reader: Reader, type: JsonMessage, depth: number): OtlpJson {
  const outer = reader.enter();
  const value = readMessage(reader, type, depth + 1);
  reader.leave(outer);
  return value;
}

/** The last member of a oneof counts. */
function clear(json: OtlpJson, { rivals }: JsonField): void {
  for (const rival of rivals) delete json[rival];
}

function merge(into: OtlpJson, from: OtlpJson, message: JsonMessage): void {
  for (const [name, value] of Object.entries(from)) {
    const field = message.byName.get(name) as JsonField;
    clear(into, field);
    const known = into[name];
    if (Array.isArray(known)) for (const one of value as unknown[]) known.push(one);
    else if (typeof known === 'object' && known !== null)
      merge(known as OtlpJson, value as OtlpJson, field.type as JsonMessage);
    else into[name] = value;
  }
}

function readScalar(reader: Reader, type: ScalarType): unknown {
  switch (type) {
    case 'string':
      return text(reader, 'utf8');
    case 'bytes':
      return text(reader, 'base64');
    case 'traceId':
    case 'spanId':
      return text(reader, 'hex');
    case 'bool':
      return reader.bool();
    case 'int32':
    case 'enum':
      return reader.uint32() | 0;
    case 'sint32':
      return reader.sint32();
    case 'uint32':
      return reader.uint32();
    case 'fixed32':
      return reader.fixed32();
    case 'double':
      return jsonNumber(reader.double());
    case 'int64':
    case 'uint64':
      reader.uint64();
      return integer(reader, type === 'int64');
    case 'fixed64':
    case 'sfixed64':
      reader.fixed64();
      return integer(reader, type === 'sfixed64');
  }
}

function text(reader: Reader, encoding: 'utf8' | 'base64' | 'hex'): string {
  const start = reader.span();
  reader.countMessages(Math.floor((reader.position - start) / TEXT_BYTES_PER_MESSAGE));
  return reader.bytes.toString(encoding, start, reader.position);
}

/** JSON has no NaN and no infinities, and JavaScript writes -0 as 0. */
function jsonNumber(value: number): number | string {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : String(value);
}

function integer({ low, high }: Reader, signed: boolean): string {
  const value = (BigInt(high) << 32n) | BigInt(low);
  return String(signed ? BigInt.asIntN(64, value) : value);
}
