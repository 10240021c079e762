/** Iterates over maps and lists in place: runs of fields with one tag. */
import { readEntry, entryKey, entryKeyEnd, entryValue } from 'otelwasm/assembly/attributes/entry';
import { sameBytes } from 'otelwasm/assembly/text';
import { Wire, fieldBody, fieldEnd, fieldNumber, fieldWire, readField, shortBody, shortBodyEnd } from 'otelwasm/assembly/protobuf/wire';
import { Val } from './val';

/** The current entry: its field, its key, and its value (the content of an AnyValue). */
export let entryStart: usize = 0;
export let entryEnd: usize = 0;
export let keyPointer: usize = 0;
export let keySize: usize = 0;
export let valueStart: usize = 0;
export let valueEnd: usize = 0;

/** Reads the entry of a map at `at`. Returns false at `end`. */
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

/** Reads the element of a list at `at`, with its value in `[valueStart, valueEnd)`. Returns false at `end`. */
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
