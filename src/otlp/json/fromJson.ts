import { OtelWasmError, type Signal, SIGNALS } from '../../abi';
import { LENGTH, type ScalarType, WIRE_TYPES } from '../schema';
import { Writer } from '../wire';
import { longInteger } from './longIntegers';
import { isPackable, type JsonField, type JsonMessage } from './fields';
import { type OtlpJson, JSON_PAYLOADS } from './toJson';

const MAX_DEPTH = 200;
const EXPECTED_BYTES = 100;

/** The signals in an OTLP JSON document, by its members. Usually one. */
export function signalsOfJson(json: unknown): Signal[] {
  if (typeof json !== 'object' || json === null) return [];
  return SIGNALS.filter(signal => namesOf(signal).some(name => name in json));
}

function namesOf(signal: Signal): string[] {
  const { field } = JSON_PAYLOADS[signal];
  return [field, snakeCase(field)];
}

/**
 * Converts OTLP JSON to OTLP protobuf. It accepts what the specification allows: 64-bit integers as text or numbers,
 * enums as numbers or names, member names in lowerCamelCase or as in the .proto files, `null` for an absent member.
 * @param onUnknown called with the path of each member that OTLP does not define; such members are ignored, as
 * specified
 * @throws OtelWasmError `DECODE` that names the path, the value and what is allowed
 */
export function otlpFromJson(
  signal: Signal,
  json: unknown,
  onUnknown: (path: string) => void = () => undefined,
): Uint8Array {
  const writer = new Writer();
  // Other calls handle other signals in the same document.
  const others = SIGNALS.filter(other => other !== signal).flatMap(namesOf);
  const onUnknownOwn = (path: string): void => {
    if (!others.includes(path)) onUnknown(path);
  };
  new JsonReader(writer, onUnknownOwn).message(JSON_PAYLOADS[signal].message, json, '', 0);
  return writer.written().slice();
}

class JsonReader {
  readonly #writer: Writer;
  readonly #onUnknown: (path: string) => void;

  constructor(writer: Writer, onUnknown: (path: string) => void) {
    this.#writer = writer;
    this.#onUnknown = onUnknown;
  }

  message(message: JsonMessage, json: unknown, path: string, depth: number): void {
    if (typeof json !== 'object' || json === null || Array.isArray(json))
      throw wrong(path, json, 'an object');
    if (depth > MAX_DEPTH) throw wrong(path, json, `at most ${MAX_DEPTH} nested objects`);
    const members = Object.entries(json as OtlpJson).flatMap(([name, value]) => {
      const field = message.byName.get(name) ?? message.byName.get(camelCase(name));
      const memberPath = path === '' ? name : `${path}.${name}`;
      if (field === undefined) this.#onUnknown(memberPath);
      return field === undefined || value === null || value === undefined
        ? []
        : [{ field, value, memberPath }];
    });
    members.forEach(({ field, value, memberPath }, index) => {
      // The last member of a oneof counts.
      const isCleared = members.slice(index + 1).some(later => later.field.rivals.includes(field.name));
      if (!isCleared) this.#field(field, value, memberPath, depth);
    });
  }

  #field(field: JsonField, value: unknown, path: string, depth: number): void {
    if (!field.repeated) return this.#single(field, value, path, depth, field.explicit);
    if (!Array.isArray(value)) throw wrong(path, value, 'an array');
    if (isPackable(field.type)) return this.#packed(field, field.type, value, path);
    value.forEach((element, index) => this.#single(field, element, `${path}[${index}]`, depth, true));
  }

  #single(field: JsonField, value: unknown, path: string, depth: number, always: boolean): void {
    const { type, number } = field;
    if (typeof type === 'string') {
      const scalar = parseScalar(type, value, path, field.enumNames);
      if (always || !isDefault(scalar)) {
        this.#tag(number, WIRE_TYPES[type]);
        this.#scalar(type, scalar);
      }
      return;
    }
    this.#tag(number, LENGTH);
    this.#embedded(() => this.message(type, value, path, depth + 1));
  }

  #packed(field: JsonField, type: ScalarType, values: unknown[], path: string): void {
    if (values.length === 0) return;
    this.#tag(field.number, LENGTH);
    this.#embedded(() =>
      values.forEach((value, index) => this.#scalar(type, parseScalar(type, value, `${path}[${index}]`))),
    );
  }

  #embedded(content: () => void): void {
    this.#writer.reserve(5);
    const start = this.#writer.openLength(EXPECTED_BYTES);
    content();
    this.#writer.close(start, EXPECTED_BYTES);
  }

  #tag(number: number, wireType: number): void {
    this.#writer.reserve(5);
    this.#writer.varint(number * 8 + wireType);
  }

  #scalar(type: ScalarType, value: Uint8Array | bigint | number): void {
    const writer = this.#writer;
    writer.reserve(16);
    if (typeof value === 'bigint') {
      const low = Number(BigInt.asUintN(32, value));
      const high = Number(BigInt.asUintN(32, value >> 32n));
      if (WIRE_TYPES[type] === 0) writer.varint64(low, high);
      else writer.fixed64(low, high);
    } else if (typeof value !== 'number') {
      writer.reserve(5 + value.length);
      writer.varint(value.length);
      writer.raw(value);
    } else if (type === 'double') writer.double(value);
    else if (type === 'fixed32') writer.fixed32(value);
    else if (type === 'sint32') writer.varint(((value << 1) ^ (value >> 31)) >>> 0);
    // A negative int32 takes ten bytes, like a 64-bit number.
    else writer.varint64(value, value < 0 ? 0xffffffff : 0);
  }
}

const INTEGERS: Partial<Record<ScalarType, readonly [least: bigint, most: bigint]>> = {
  ...{ int32: [-(2n ** 31n), 2n ** 31n - 1n], sint32: [-(2n ** 31n), 2n ** 31n - 1n] },
  ...{ enum: [-(2n ** 31n), 2n ** 31n - 1n], uint32: [0n, 2n ** 32n - 1n], fixed32: [0n, 2n ** 32n - 1n] },
  ...{ int64: [-(2n ** 63n), 2n ** 63n - 1n], sfixed64: [-(2n ** 63n), 2n ** 63n - 1n] },
  ...{ uint64: [0n, 2n ** 64n - 1n], fixed64: [0n, 2n ** 64n - 1n] },
};

function parseScalar(
  type: ScalarType,
  value: unknown,
  path: string,
  enumNames?: readonly string[],
): Uint8Array | bigint | number {
  switch (type) {
    case 'string':
      if (typeof value === 'string' && longInteger(value) === undefined) return Buffer.from(value, 'utf8');
      throw wrong(path, value, 'a string');
    case 'bytes':
      // Protobuf's JSON mapping allows the URL-safe alphabet and missing padding.
      if (typeof value === 'string' && /^[A-Za-z0-9+/_-]*={0,2}$/.test(value))
        return Buffer.from(value, 'base64');
      throw wrong(path, value, 'base64 text');
    case 'traceId':
    case 'spanId':
      if (typeof value === 'string' && /^([0-9a-f]{2})*$/i.test(value)) return Buffer.from(value, 'hex');
      throw wrong(path, value, 'a hexadecimal string with two digits per byte');
    case 'bool':
      if (typeof value === 'boolean') return Number(value);
      throw wrong(path, value, 'true or false');
    case 'double':
      return parseDouble(value, path);
    case 'enum': {
      const number = enumNames?.indexOf(value as string) ?? -1;
      return number >= 0 ? number : Number(parseInteger(type, value, path, enumNames));
    }
    case 'int64':
    case 'uint64':
    case 'fixed64':
    case 'sfixed64':
      return parseInteger(type, value, path);
    default:
      return Number(parseInteger(type, value, path));
  }
}

function parseDouble(value: unknown, path: string): number {
  const long = longInteger(value);
  if (long !== undefined) return Number(long);
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  if (typeof value === 'string' && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value)) return Number(value);
  throw wrong(path, value, 'a number, "NaN", "Infinity" or "-Infinity"');
}

function parseInteger(type: ScalarType, value: unknown, path: string, enumNames?: readonly string[]): bigint {
  const [least, most] = INTEGERS[type] as readonly [bigint, bigint];
  const names = enumNames === undefined ? '' : `, or one of ${enumNames.join(', ')}`;
  const allowed = `an integer from ${least} to ${most}${names}`;
  const long = longInteger(value);
  if (long !== undefined) return parseInteger(type, long, path, enumNames);
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw wrong(path, value, `${allowed}; in quotes beyond 2^53, because a JSON number would be rounded`);
  }
  const isInteger = typeof value === 'string' ? /^-?\d+$/.test(value) : Number.isInteger(value);
  const integer = isInteger ? BigInt(value as string | number) : undefined;
  if (integer === undefined || integer < least || integer > most) throw wrong(path, value, allowed);
  return integer;
}

function isDefault(value: Uint8Array | bigint | number): boolean {
  if (typeof value === 'number') return Object.is(value, 0);
  return typeof value === 'bigint' ? value === 0n : value.length === 0;
}

function wrong(path: string, value: unknown, allowed: string): OtelWasmError {
  const text = JSON.stringify(value) ?? String(value);
  const shown = text.length > 60 ? `${text.slice(0, 60)}...` : text;
  return new OtelWasmError(
    'DECODE',
    `malformed OTLP JSON: ${path === '' ? 'the document' : path} is ${shown}: allowed is ${allowed}`,
  );
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}
