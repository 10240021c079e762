/** Trees as bytes: as nearly every writer writes them, or in any other way that protobuf allows. */
import { isPackable, type JsonField } from '../../../src/otlp/json/fields';
import { LENGTH, VARINT, WIRE_TYPES } from '../../../src/otlp/schema';
import type { Random } from './random';
import { isTree, oneofOf, type Tree, wireTypeOf } from './tree';

type Scalar = bigint | Uint8Array;
const NOTHING = new Uint8Array();

/** The usual form: fields by number, each once, short tags and lengths. */
export function canonical(tree: Tree): Uint8Array {
  const chunks: Uint8Array[] = [];
  writeCanonical(tree, chunks);
  return Buffer.concat(chunks);
}

/** Returns how many bytes it has written. */
function writeCanonical(tree: Tree, chunks: Uint8Array[]): number {
  let size = 0;
  const write = (chunk: Uint8Array): void => {
    chunks.push(chunk);
    size += chunk.length;
  };
  for (const [number, values] of [...tree.fields].sort(([a], [b]) => a - b)) {
    const field = tree.message.byNumber.get(number)!;
    if (field.repeated && isPackable(field.type)) {
      write(one(number, LENGTH, Buffer.concat(values.map(value => scalar(value as Scalar)))));
      continue;
    }
    for (const value of values) {
      if (isTree(value)) {
        write(tag(number, LENGTH));
        // The length stands before the content, and is known after it.
        const place = chunks.push(NOTHING) - 1;
        const length = writeCanonical(value, chunks);
        chunks[place] = varint(BigInt(length));
        size += chunks[place].length + length;
      } else write(one(number, wireTypeOf(field), scalarContent(value)));
    }
  }
  return size;
}

/** Any other form that says the same. What `continues` an earlier message must take nothing of that back. */
export function unusual(tree: Tree, random: Random, continues = false): Uint8Array {
  // What must stay in order, each in a queue of its own: values of a field, and of a oneof.
  const queues = new Map<number, Uint8Array[]>();
  for (const [number, values] of tree.fields) {
    const field = tree.message.byNumber.get(number)!;
    const group = oneofOf(tree.message, number)[0];
    const queue = queues.get(group) ?? [];
    queues.set(group, [
      ...queue,
      ...(continues ? [] : overridden(tree, field, random)),
      ...occurrences(field, values, random, continues),
    ]);
  }
  if (random.chance(0.2))
    queues.set(0, [loose(1_000 + random.below(9), LENGTH, Buffer.from('unknown'), random)]);
  const chunks: Uint8Array[] = [];
  const left = [...queues.values()].filter(queue => queue.length > 0);
  if (!random.chance(0.3)) return Buffer.concat(left.flat());
  while (left.length > 0) {
    const index = random.below(left.length);
    chunks.push(left[index].shift()!);
    if (left[index].length === 0) left.splice(index, 1);
  }
  return Buffer.concat(chunks);
}

/** Values that a later one takes back: of the field itself, or of another one of its oneof. */
function overridden(tree: Tree, field: JsonField, random: Random): Uint8Array[] {
  if (field.repeated || !random.chance(0.15)) return [];
  const numbers = oneofOf(tree.message, field.number).filter(
    number => typeof tree.message.byNumber.get(number)!.type === 'string',
  );
  if (numbers.length === 0) return [];
  const number = random.pick(numbers);
  const wireType = wireTypeOf(tree.message.byNumber.get(number)!);
  const content =
    wireType === LENGTH ? Buffer.from('overridden') : wireType === VARINT ? varint(1n) : undefined;
  return [loose(number, wireType, content ?? Buffer.alloc(wireType === 1 ? 8 : 4, 1), random)];
}

function occurrences(
  field: JsonField,
  values: readonly (Tree | Scalar)[],
  random: Random,
  continues: boolean,
): Uint8Array[] {
  const { number, repeated, type } = field;
  if (repeated && isPackable(type)) {
    if (random.chance(0.5))
      return values.map(value => loose(number, WIRE_TYPES[type], scalar(value as Scalar, random), random));
    const cut = random.below(values.length + 1);
    return [values.slice(0, cut), values.slice(cut)].map(part =>
      loose(number, LENGTH, Buffer.concat(part.map(value => scalar(value as Scalar, random))), random),
    );
  }
  return values.flatMap(value => {
    if (!isTree(value)) return [loose(number, wireTypeOf(field), scalarContent(value, random), random)];
    const parts = !repeated && random.chance(0.3) ? split(value, random) : [value];
    return parts.map((part, index) =>
      loose(number, LENGTH, unusual(part, random, !repeated && (continues || index > 0)), random),
    );
  });
}

/** Two messages that merge to this one. */
function split(tree: Tree, random: Random): [Tree, Tree] {
  const parts: [Tree, Tree] = [
    { message: tree.message, fields: new Map() },
    { message: tree.message, fields: new Map() },
  ];
  for (const [number, values] of tree.fields) {
    const { repeated } = tree.message.byNumber.get(number)!;
    if (repeated) {
      const cut = random.below(values.length + 1);
      if (cut > 0) parts[0].fields.set(number, values.slice(0, cut));
      if (cut < values.length) parts[1].fields.set(number, values.slice(cut));
    } else if (isTree(values[0]) && random.chance(0.5)) {
      split(values[0], random).forEach((part, index) => parts[index].fields.set(number, [part]));
    } else {
      parts[random.below(2)].fields.set(number, values);
    }
  }
  return parts;
}

/** A field whose tag and length may take more bytes than they need. */
function loose(number: number, wireType: number, content: Uint8Array, random: Random): Uint8Array {
  return one(number, wireType, content, random);
}

function one(number: number, wireType: number, content: Uint8Array, random?: Random): Uint8Array {
  const head = tag(number, wireType, random);
  if (wireType !== LENGTH) return Buffer.concat([head, content]);
  return Buffer.concat([head, varint(BigInt(content.length), random), content]);
}

const tag = (number: number, wireType: number, random?: Random): Uint8Array =>
  varint(BigInt((number << 3) | wireType), random);

const scalar = (value: Scalar, random?: Random): Uint8Array =>
  typeof value === 'bigint' ? varint(value, random) : value;

const scalarContent = scalar;

export function varint(value: bigint, random?: Random): Uint8Array {
  const bytes: number[] = [];
  for (; value >= 0x80n; value >>= 7n) bytes.push(Number(value & 0x7fn) | 0x80);
  bytes.push(Number(value));
  const extra = random?.chance(0.1)
    ? Math.min(random.below(3) + 1, (bytes.length < 5 ? 5 : 10) - bytes.length)
    : 0;
  for (let i = 0; i < extra; i++) {
    bytes[bytes.length - 1] |= 0x80;
    bytes.push(0);
  }
  return Uint8Array.from(bytes);
}
