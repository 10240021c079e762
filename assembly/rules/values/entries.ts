/** Maps and lists as they lie: runs of fields with one tag. */
import { readEntry, entryKey, entryKeyEnd, entryValue } from 'otelwasm/assembly/attributes/entry';
import { sameBytes } from 'otelwasm/assembly/text';
import { Wire, fieldBody, fieldEnd, fieldNumber, fieldWire, putBytesHeader, bytesFieldSize, readField, readVarint, shortBody, shortBodyEnd, varint, varintEnd, varintSize } from 'otelwasm/assembly/protobuf/wire';
import { arena } from './arena';
import { Kind, VALUES_TAG, Val, NIL, TRUE, FALSE } from './val';

/** The entry that a walk is at: the whole field, its key, its value (the content of an AnyValue). */
export let entryStart: usize = 0;
export let entryEnd: usize = 0;
export let keyPointer: usize = 0;
export let keySize: usize = 0;
export let valueStart: usize = 0;

/** Shows the entry of a map at `at`. False at `end`. */
export function showEntry(at: usize, end: usize): bool {
  if (!showElement(at, end)) return false;
  const body = valueStart;
  if (readEntry(body, entryEnd)) {
    keyPointer = entryKey;
    keySize = entryKeyEnd - entryKey;
    valueStart = entryValue;
    valueEnd = entryEnd;
    return true;
  }
  keyPointer = 0;
  keySize = 0;
  valueStart = valueEnd = 0;
  const last = entryEnd;
  for (let inner = body; readField(inner, last); inner = fieldEnd) {
    if (fieldWire != Wire.Bytes) continue;
    if (fieldNumber == 1) {
      keyPointer = fieldBody;
      keySize = fieldEnd - fieldBody;
    } else if (fieldNumber == 2) {
      valueStart = fieldBody;
      valueEnd = fieldEnd;
    }
  }
  return true;
}

/** Where the value of the entry ends. */
export let valueEnd: usize = 0;

/** Shows the element of a list at `at`: its value's content is `[valueStart, valueEnd)`. */
export function showElement(at: usize, end: usize): bool {
  if (at >= end) return false;
  entryStart = at;
  const next = shortBodyEnd(at + 1, end);
  if (load<u8>(at) < 0x80 && (load<u8>(at) & 7) == Wire.Bytes && next != 0) {
    entryEnd = valueEnd = next;
    valueStart = shortBody(at + 1);
    return true;
  }
  if (!readField(at, end)) return false;
  entryEnd = valueEnd = fieldEnd;
  valueStart = fieldBody;
  return true;
}

/** Finds the first entry with this key. */
export function findEntry(map: Val, key: usize, size: usize): bool {
  const end = map.pointer + map.size;
  for (let at = map.pointer; showEntry(at, end); at = entryEnd) {
    if (keySize == size && sameBytes(keyPointer, key, size)) return true;
  }
  return false;
}

export function elementCount(run: Val): i32 {
  let count = 0;
  const end = run.pointer + run.size;
  for (let at = run.pointer; showElement(at, end); at = entryEnd) count++;
  return count;
}

/** The element of a list at `index`; null when there is none. */
export function elementAt(list: Val, index: i64): Val | null {
  const end = list.pointer + list.size;
  for (let at = list.pointer; index >= 0 && showElement(at, end); at = entryEnd) {
    if (index-- == 0) return decode(valueStart, valueEnd);
  }
  return null;
}

// #region AnyValue

const TEXT_TAG: u32 = (Kind.Text << 3) | Wire.Bytes;
const INT_TAG: u32 = (Kind.Int << 3) | Wire.Varint;

/** The value in the content of an AnyValue. Of several fields the last counts. */
export function decode(start: usize, end: usize): Val {
  // Nearly every value is one short text, or one integer, and nothing else.
  const size = end - start;
  if (size >= 2 && size < 0x82) {
    const head: u32 = load<u16>(start);
    if (head == (TEXT_TAG | ((<u32>(size - 2)) << 8))) return Val.text(start + 2, size - 2);
    if ((head & 0xff) == INT_TAG && readVarint(start + 1, end) && varintEnd == end) return Val.ofBits(Kind.Int, varint);
  }
  let found: Val = NIL;
  for (let at = start; readField(at, end); at = fieldEnd) {
    switch (fieldNumber) {
      case Kind.Text:
      case Kind.Bytes:
        if (fieldWire == Wire.Bytes) found = Val.bytes(fieldNumber, fieldBody, fieldEnd - fieldBody);
        break;
      case Kind.Bool:
        if (fieldWire == Wire.Varint && readVarint(fieldBody, fieldEnd)) found = varint != 0 ? TRUE : FALSE;
        break;
      case Kind.Int:
        if (fieldWire == Wire.Varint && readVarint(fieldBody, fieldEnd)) found = Val.ofBits(Kind.Int, varint);
        break;
      case Kind.Double:
        if (fieldWire == Wire.Fixed64) found = Val.ofBits(Kind.Double, load<u64>(fieldBody));
        break;
      case Kind.List:
      case Kind.Map:
        if (fieldWire == Wire.Bytes)
          found = Val.run(fieldNumber, VALUES_TAG, fieldBody, fieldEnd - fieldBody);
        break;
    }
  }
  return found;
}

/** Bytes that a value takes as the content of an AnyValue. */
export function encodedSize(value: Val): usize {
  switch (value.kind) {
    case Kind.Text:
    case Kind.Bytes:
    case Kind.List:
    case Kind.Map:
      return bytesFieldSize(value.kind, value.size);
    case Kind.Bool:
      return 2;
    case Kind.Int:
      return 1 + varintSize(value.bits);
    case Kind.Double:
      return 9;
    default:
      return 0;
  }
}

/** Writes a value as the content of an AnyValue and returns the byte after it. */
export function encode(at: usize, value: Val): usize {
  const kind = value.kind;
  switch (kind) {
    case Kind.Text:
    case Kind.Bytes:
      at = putBytesHeader(at, kind, value.size);
      memory.copy(at, value.pointer, value.size);
      return at + value.size;
    case Kind.List:
    case Kind.Map:
      at = putBytesHeader(at, kind, value.size);
      copyRun(at, value, VALUES_TAG);
      return at + value.size;
    case Kind.Bool:
      store<u8>(at, (Kind.Bool << 3) | Wire.Varint);
      store<u8>(at + 1, <u8>value.bits);
      return at + 2;
    case Kind.Int: {
      store<u8>(at++, (Kind.Int << 3) | Wire.Varint);
      let bits = value.bits;
      for (; bits >= 0x80; bits >>= 7) store<u8>(at++, <u8>(bits | 0x80));
      store<u8>(at++, <u8>bits);
      return at;
    }
    case Kind.Double:
      store<u8>(at, (Kind.Double << 3) | Wire.Fixed64);
      store<u64>(at + 1, value.bits);
      return at + 9;
    default:
      return at;
  }
}

/** Copies a run of fields, giving each the tag. All tags of runs take one byte. */
export function copyRun(to: usize, run: Val, tag: u32): void {
  memory.copy(to, run.pointer, run.size);
  if (run.tag == tag) return;
  const end = to + run.size;
  for (let at = to; showElement(at, end); at = entryEnd) store<u8>(at, <u8>tag);
}

/** The run with fields of this tag. */
export function withTag(run: Val, tag: u32): Val {
  if (run.tag == tag || run.size == 0) return run;
  const copy = arena.take(run.size);
  copyRun(copy, run, tag);
  return Val.run(run.kind, tag, copy, run.size);
}

// #endregion
// #region changed copies

function entrySize(key: usize, value: usize): usize {
  return bytesFieldSize(1, key) + bytesFieldSize(2, value);
}

/** A map with the value under the key, in place of the first entry that has it, or behind all. */
export function withEntry(map: Val, key: usize, size: usize, value: Val): Val {
  const found = findEntry(map, key, size);
  const from = found ? entryStart : map.pointer + map.size;
  const to = found ? entryEnd : from;
  const valueBytes = encodedSize(value);
  const body = entrySize(size, valueBytes);
  const total: usize = <usize>1 + varintSize(body) + body;
  const before = from - map.pointer;
  const after = map.pointer + map.size - to;
  const made = arena.take(before + total + after);
  memory.copy(made, map.pointer, before);
  store<u8>(made + before, <u8>map.tag);
  let at = made + before + 1;
  at = putLength(at, body);
  at = putBytesHeader(at, 1, size);
  memory.copy(at, key, size);
  at = putBytesHeader(at + size, 2, valueBytes);
  at = encode(at, value);
  memory.copy(at, to, after);
  return Val.run(Kind.Map, map.tag, made, before + total + after);
}

function putLength(at: usize, size: usize): usize {
  for (; size >= 0x80; size >>= 7) store<u8>(at++, <u8>(size | 0x80));
  store<u8>(at, <u8>size);
  return at + 1;
}

/** The run without the bytes `[from, to)`. */
export function without(run: Val, from: usize, to: usize): Val {
  const before = from - run.pointer;
  const after = run.pointer + run.size - to;
  const made = arena.take(before + after);
  memory.copy(made, run.pointer, before);
  memory.copy(made + before, to, after);
  return Val.run(run.kind, run.tag, made, before + after);
}

/** The list with another value in place of the element `[from, to)`; behind all when both are its end. */
export function withElement(list: Val, from: usize, to: usize, value: Val): Val {
  const body = encodedSize(value);
  const total: usize = <usize>1 + varintSize(body) + body;
  const before = from - list.pointer;
  const after = list.pointer + list.size - to;
  const made = arena.take(before + total + after);
  memory.copy(made, list.pointer, before);
  store<u8>(made + before, <u8>list.tag);
  encode(putLength(made + before + 1, body), value);
  memory.copy(made + before + total, to, after);
  return Val.run(Kind.List, list.tag, made, before + total + after);
}

// #endregion

/** A map or list that is put together entry by entry. */
export class RunBuilder {
  private pointer: usize = 0;
  private size: usize = 0;
  private capacity: usize = 0;

  begin(): this {
    this.pointer = 0;
    this.size = 0;
    this.capacity = 0;
    return this;
  }

  private room(size: usize): usize {
    const wanted = this.size + size;
    if (wanted > this.capacity) {
      const capacity = max(<usize>256, wanted << 1);
      const larger = arena.take(capacity);
      memory.copy(larger, this.pointer, this.size);
      this.pointer = larger;
      this.capacity = capacity;
    }
    const at = this.pointer + this.size;
    this.size = wanted;
    return at;
  }

  /** Takes over whole fields as they are. */
  copy(from: usize, to: usize): void {
    memory.copy(this.room(to - from), from, to - from);
  }

  element(value: Val): void {
    const body = encodedSize(value);
    const at = this.room(1 + varintSize(body) + body);
    store<u8>(at, <u8>VALUES_TAG);
    encode(putLength(at + 1, body), value);
  }

  entry(key: usize, size: usize, value: Val, tag: u32 = VALUES_TAG): void {
    const valueBytes = encodedSize(value);
    const body = entrySize(size, valueBytes);
    let at = this.room(1 + varintSize(body) + body);
    store<u8>(at, <u8>tag);
    at = putLength(at + 1, body);
    at = putBytesHeader(at, 1, size);
    memory.copy(at, key, size);
    encode(putBytesHeader(at + size, 2, valueBytes), value);
  }

  end(kind: u32, tag: u32 = VALUES_TAG): Val {
    return Val.run(kind, tag, this.pointer, this.size);
  }
}
