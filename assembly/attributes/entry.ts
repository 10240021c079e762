/**
 * Attributes (OTLP KeyValue) in the usual layout: the key, then the value, nothing else. Loops over whole items
 * recognize such an entry by its first four bytes, without a call and without a view.
 */
import { Wire, shortBody, shortBodyEnd } from '../protobuf';

export const KEY: u32 = 1;
export const VALUE: u32 = 2;
const KEY_TAG: u32 = (KEY << 3) | Wire.Bytes;
const VALUE_TAG: u32 = (VALUE << 3) | Wire.Bytes;

/**
 * The results of `readEntry`: the key's content up to the value's tag, and the value's content up to the entry's end.
 */
export let entryKey: usize = 0;
export let entryKeyEnd: usize = 0;
export let entryValue: usize = 0;

/** Reads the content of an entry. False when its layout is unusual. */
export function readEntry(body: usize, end: usize): bool {
  if (body >= end || load<u8>(body) != KEY_TAG) return false;
  const keyEnd = shortBodyEnd(body + 1, end);
  if (keyEnd == 0 || keyEnd >= end || load<u8>(keyEnd) != VALUE_TAG) return false;
  if (shortBodyEnd(keyEnd + 1, end) != end) return false;
  entryKey = shortBody(body + 1);
  entryKeyEnd = keyEnd;
  entryValue = shortBody(keyEnd + 1);
  return true;
}

// Tag, length of the entry, tag of the key, length of the key: one byte each when both lengths are below 128.
const SHORT_MASK: u32 = 0x80ff80ff;

/** An entry with lengths of one byte, recognized by its first four bytes (its `head`). */
export class ShortEntry {
  /** The pattern of such an entry's head, for a field number below 16. */
  @inline static shape(number: u32): u32 {
    return (number << 3) | Wire.Bytes | (KEY_TAG << 16);
  }

  /** True when the head matches; `isWhole` must follow. */
  @inline static is(head: u32, shape: u32): bool {
    return (head & SHORT_MASK) == shape;
  }

  /** The byte after the entry at `at`. */
  @inline static end(at: usize, head: u32): usize {
    return at + 2 + ((head >> 8) & 0x7f);
  }

  @inline static keySize(head: u32): usize {
    return head >> 24;
  }

  /** True when a value follows the key, and nothing else up to the entry's end. */
  @inline static isWhole(keyEnd: usize, end: usize): bool {
    return keyEnd + 2 <= end && load<u16>(keyEnd) == (VALUE_TAG | ((<u32>(end - keyEnd - 2)) << 8));
  }
}
