import { Writer } from './writer';

const KEY_CACHE_ENTRIES = 4096;
const KEY_CACHE_KEY_LENGTH = 100;

/** An attribute key as it stands in a KeyValue: field 1, and the tag of field 2. */
export interface KeyField {
  readonly key: string;
  readonly length: number;
  /** The bytes, four to a little-endian word, so that copying them takes few stores. */
  readonly words: Uint32Array;
}

/** Attribute keys are few and repeat. */
const keyFields = new Map<string, KeyField>();

export function keyField(key: string): KeyField {
  return keyFields.get(key) ?? newKeyField(key);
}

/** Objects beside each other mostly have the same keys in the same order: the fields last seen, by place. */
const RECENT_PLACES = 32;
const recentFields = new Array<KeyField>(RECENT_PLACES).fill(keyField(''));

export function keyFieldAt(place: number, key: string): KeyField {
  const recent = recentFields[place & (RECENT_PLACES - 1)];
  return recent.key === key ? recent : (recentFields[place & (RECENT_PLACES - 1)] = keyField(key));
}

function newKeyField(key: string): KeyField {
  const writer = new Writer(8 + key.length * 3);
  if (key === '') writer.emptyText(0x0a);
  else writer.text(0x0a, key);
  writer.byte(0x12);
  const words = Uint32Array.from({ length: Math.ceil(writer.position / 4) }, (_, i) =>
    writer.bytes.readUInt32LE(i * 4),
  );
  const field = { key, length: writer.position, words };
  if (key.length <= KEY_CACHE_KEY_LENGTH) {
    if (keyFields.size >= KEY_CACHE_ENTRIES) keyFields.clear();
    keyFields.set(key, field);
  }
  return field;
}

/** Up to three bytes behind the field are overwritten too: room must be there. */
export function writeKeyField(writer: Writer, { length, words }: KeyField): void {
  const { view, position } = writer;
  for (let i = 0; i < words.length; i++) view.setUint32(position + i * 4, words[i], true);
  writer.position = position + length;
}
