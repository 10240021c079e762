/** OTLP messages as trees, read as protobuf says: a message that is given twice is merged, of a oneof the last counts. */
import { isPackable, type JsonField, type JsonMessage } from '../../../src/otlp/json/fields';
import { FIXED32, FIXED64, LENGTH, VARINT, WIRE_TYPES } from '../../../src/otlp/schema';

/** Values of each field: trees of messages, numbers of varints, bytes of all others. */
export interface Tree {
  readonly message: JsonMessage;
  readonly fields: Map<number, (Tree | bigint | Uint8Array)[]>;
}

/** Numbers of the fields of which a message holds one. */
const ONEOFS: Readonly<Record<string, readonly number[]>> = {
  AnyValue: [1, 2, 3, 4, 5, 6, 7],
  Metric: [5, 7, 9, 10, 11],
  NumberDataPoint: [4, 6],
  Exemplar: [3, 6],
};

export const oneofOf = ({ name }: JsonMessage, number: number): readonly number[] =>
  ONEOFS[name]?.includes(number) ? ONEOFS[name] : [number];

export const wireTypeOf = ({ type }: JsonField): number =>
  typeof type === 'string' ? WIRE_TYPES[type] : LENGTH;

export const isTree = (value: Tree | bigint | Uint8Array): value is Tree =>
  typeof value === 'object' && 'fields' in value;

export function decode(
  message: JsonMessage,
  bytes: Uint8Array,
  into: Tree = { message, fields: new Map() },
): Tree {
  const reader = new Reader(bytes);
  while (!reader.done) {
    const tag = Number(reader.varint());
    const wireType = tag & 7;
    const value = reader.value(wireType);
    const field = message.byNumber.get(tag >>> 3);
    if (field !== undefined) take(into, field, wireType, value);
  }
  return into;
}

function take(into: Tree, field: JsonField, wireType: number, value: bigint | Uint8Array): void {
  const { number, type, repeated } = field;
  const before = into.fields.get(number);
  if (repeated && isPackable(type) && wireType === LENGTH) {
    into.fields.set(number, [...(before ?? []), ...unpacked(value as Uint8Array, WIRE_TYPES[type])]);
    return;
  }
  if (wireType !== wireTypeOf(field)) return;
  for (const other of oneofOf(into.message, number)) if (other !== number) into.fields.delete(other);
  if (typeof type === 'string') {
    into.fields.set(number, repeated ? [...(before ?? []), value] : [value]);
  } else if (repeated || before === undefined) {
    into.fields.set(number, [...(before ?? []), decode(type, value as Uint8Array)]);
  } else {
    decode(type, value as Uint8Array, before[0] as Tree);
  }
}

function unpacked(bytes: Uint8Array, wireType: number): (bigint | Uint8Array)[] {
  const reader = new Reader(bytes);
  const values: (bigint | Uint8Array)[] = [];
  while (!reader.done) values.push(reader.value(wireType));
  return values;
}

class Reader {
  #at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get done(): boolean {
    return this.#at >= this.bytes.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.bytes[this.#at++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
  }

  value(wireType: number): bigint | Uint8Array {
    if (wireType === VARINT) return this.varint();
    const size = wireType === FIXED64 ? 8 : wireType === FIXED32 ? 4 : Number(this.varint());
    this.#at += size;
    return this.bytes.subarray(this.#at - size, this.#at);
  }
}

/** The tree as text: equal for messages that say the same. */
export function describeTree(tree: Tree, indent = ''): string {
  const { byNumber, name } = tree.message;
  const lines = [...tree.fields]
    .sort(([a], [b]) => a - b)
    .map(([number, values]) => {
      const field = byNumber.get(number)!;
      return values
        .map(value => {
          if (isTree(value)) return `${indent}  ${field.name} ${describeTree(value, `${indent}  `)}`;
          if (typeof value === 'bigint') return `${indent}  ${field.name} ${value}`;
          const text = field.type === 'string';
          return `${indent}  ${field.name} ${Buffer.from(value).toString(text ? 'utf8' : 'hex')}`;
        })
        .join('\n');
    });
  return [name, ...lines].join('\n');
}
