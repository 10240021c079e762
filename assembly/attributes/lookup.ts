import { Attributes } from './attributes';
import { Text, sameBytes } from '../text';
import { Value } from './value';

/**
 * Finds the values of a few known keys in one pass over an item's attributes, for any number of conditions:
 *
 * ```ts
 * const keys = new Lookup();
 * const route = keys.add("http.route");    // once
 *
 * keys.load(span.attributes);              // per span
 * const value = keys.get(route);           // null when the span has no such attribute
 * ```
 */
export class Lookup {
  private keys: StaticArray<Text> = [];
  private values: StaticArray<Value> = [];
  private found: StaticArray<bool> = [];
  /** The number of keys that are not found yet. */
  private missing: i32 = 0;
  // One bit per `markOf`: it excludes most attributes.
  private marks: u64 = 0;

  /** The index under which the value of `key` will be found. */
  add(key: string): i32 {
    for (let i = 0; i < this.keys.length; i++) {
      if (this.keys[i].is(key)) return i;
    }
    const text = Text.of(key);
    this.keys = this.keys.concat<StaticArray<Text>>([text]);
    this.values = this.values.concat<StaticArray<Value>>([new Value()]);
    this.found = this.found.concat<StaticArray<bool>>([false]);
    this.marks |= (<u64>1) << this.markOf(text.pointer, text.size);
    return this.keys.length - 1;
  }

  load(attributes: Attributes): void {
    const found = this.found;
    const count = found.length;
    for (let i = 0; i < count; i++) unchecked((found[i] = false));
    this.missing = count;
    if (count > 0) attributes.nextAccepted<Lookup>(this, 0);
  }

  /** @internal True when all keys are found. Stores the values that it gets on the way. */
  @inline accepts(key: usize, size: usize, value: usize, end: usize): bool {
    if (!((this.marks >> this.markOf(key, size)) & 1)) return false;
    this.offer(key, size, value, end);
    return this.missing == 0;
  }

  /** Stores a value if its key is wanted. The first of two values under one key counts, as in `Attributes.find`. */
  private offer(key: usize, size: usize, value: usize, valueEnd: usize): void {
    const keys = this.keys;
    for (let i = 0; i < keys.length; i++) {
      const wanted = unchecked(keys[i]);
      if (wanted.size != size || unchecked(this.found[i]) || !sameBytes(wanted.pointer, key, size)) continue;
      unchecked(this.values[i]).bind(value, valueEnd);
      unchecked((this.found[i] = true));
      this.missing--;
      return;
    }
  }

  /** The value in a slot; null when the item has no such attribute. */
  @inline get(index: i32): Value | null {
    return <u32>index < <u32>this.found.length && unchecked(this.found[index])
      ? unchecked(this.values[index])
      : null;
  }

  /** A number below 64 from a key's size and its middle byte: keys of one namespace begin with the same bytes. */
  @inline private markOf(key: usize, size: usize): u64 {
    return (<u64>size * 5 + (size == 0 ? 0 : load<u8>(key + (size >> 1)))) & 63;
  }
}
