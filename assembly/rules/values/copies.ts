/** Copies maps and lists with one change. */
import { bytesFieldSize, putBytesHeader, putVarint } from 'otelwasm/assembly/protobuf/wire';
import { encode, encodedSize } from './anyValue';
import { arena } from './arena';
import { entryEnd, entryStart, findEntry } from './entries';
import { Val } from './val';

// #region fields of runs, whose tags take one byte

@inline export function elementSize(value: Val): usize {
  return bytesFieldSize(1, encodedSize(value));
}

export function putElement(at: usize, tag: u32, value: Val): void {
  encode(putHeader(at, tag, encodedSize(value)), value);
}

@inline export function entrySize(keySize: usize, value: Val): usize {
  return bytesFieldSize(1, bodySize(keySize, encodedSize(value)));
}

export function putEntry(at: usize, tag: u32, key: usize, keySize: usize, value: Val): void {
  const valueSize = encodedSize(value);
  at = putBytesHeader(putHeader(at, tag, bodySize(keySize, valueSize)), 1, keySize);
  memory.copy(at, key, keySize);
  encode(putBytesHeader(at + keySize, 2, valueSize), value);
}

@inline function bodySize(keySize: usize, valueSize: usize): usize {
  return bytesFieldSize(1, keySize) + bytesFieldSize(2, valueSize);
}

@inline function putHeader(at: usize, tag: u32, size: usize): usize {
  store<u8>(at, <u8>tag);
  return putVarint(at + 1, size);
}

// #endregion

/** The start of the gap that `spliced` left. */
let gap: usize = 0;

/** A copy of the run with a gap of `size` bytes instead of `[from, to)`. */
function spliced(run: Val, from: usize, to: usize, size: usize): Val {
  const before = from - run.pointer;
  const after = run.pointer + run.size - to;
  const made = arena.take(before + size + after);
  memory.copy(made, run.pointer, before);
  gap = made + before;
  memory.copy(gap + size, to, after);
  return Val.run(run.kind, run.tag, made, before + size + after);
}

/** A copy of the run without the bytes `[from, to)`. */
export function withoutBytes(run: Val, from: usize, to: usize): Val {
  return spliced(run, from, to, 0);
}

/** A copy of the map with the value under the key: it replaces the first entry with the key, or is appended. */
export function withEntry(map: Val, key: usize, size: usize, value: Val): Val {
  const found = findEntry(map, key, size);
  const from = found ? entryStart : map.pointer + map.size;
  const made = spliced(map, from, found ? entryEnd : from, entrySize(size, value));
  putEntry(gap, map.tag, key, size, value);
  return made;
}

/** A copy of the list with another value for the element `[from, to)`; appended if both are the end of the list. */
export function withElement(list: Val, from: usize, to: usize, value: Val): Val {
  const made = spliced(list, from, to, elementSize(value));
  putElement(gap, list.tag, value);
  return made;
}
