import { Attributes } from '../attributes';
import { HASH_START, hashBytes, sameBytes } from '../text';

/** A number that is the same for attributes with the same keys and values, in any order. */
export function attributesHash(attributes: Attributes): u64 {
  let sum: u64 = 0;
  attributes.rewind();
  while (attributes.next()) {
    const key = attributes.key;
    const value = attributes.value;
    // Mixed; otherwise exchanging values between keys would not change the sum.
    const hash = hashBytes(hashBytes(HASH_START, key.pointer, key.size) + 1, value.start, value.end - value.start);
    sum += (hash ^ (hash >> 32)) * 0x9e3779b97f4a7c15;
  }
  return sum;
}

/** True when both have the same keys with the same values, in any order. They must be different objects. */
export function sameAttributes(a: Attributes, b: Attributes): bool {
  if (countOf(a) != countOf(b)) return false;
  a.rewind();
  while (a.next()) {
    const value = a.value;
    const size = value.end - value.start;
    if (!b.findText(a.key)) return false;
    if (b.value.end - b.value.start != size || !sameBytes(value.start, b.value.start, size)) return false;
  }
  return true;
}

function countOf(attributes: Attributes): i32 {
  let count = 0;
  attributes.rewind();
  while (attributes.next()) count++;
  return count;
}
