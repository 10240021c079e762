import { Attributes, KEY_TAG, VALUE_TAG } from './attributes';
import { Text, sameBytes } from './text';
import { Value } from './value';
import { Wire, shortBody, shortBodyEnd, skipField } from './wire';

/**
 * The values of a few known keys, found in one pass over an item's attributes, however many conditions ask for them:
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
  // One bit per key size: most attributes are turned away by theirs.
  private sizes: u64 = 0;

  /** The index under which the value of `key` will be found. */
  add(key: string): i32 {
    for (let i = 0; i < this.keys.length; i++) {
      if (this.keys[i].is(key)) return i;
    }
    const text = Text.of(key);
    this.keys = this.keys.concat<StaticArray<Text>>([text]);
    this.values = this.values.concat<StaticArray<Value>>([new Value()]);
    this.found = this.found.concat<StaticArray<bool>>([false]);
    this.sizes |= (<u64>1) << (text.size & 63);
    return this.keys.length - 1;
  }

  load(attributes: Attributes): void {
    const found = this.found;
    for (let i = 0; i < found.length; i++) unchecked((found[i] = false));
    if (found.length == 0 || (!attributes.message.edited && this.scan(attributes))) return;
    while (attributes.next()) {
      const value = attributes.value;
      this.offer(attributes.key.pointer, attributes.key.size, value.start, value.end);
    }
  }

  /** Scans an unchanged message without making views. False, with nothing lost, when its layout is unusual. */
  private scan(attributes: Attributes): bool {
    const message = attributes.message;
    const tag = (attributes.number << 3) | Wire.Bytes;
    const sizes = this.sizes;
    const end = message.end;
    let next: usize = 0;
    for (let at = message.start; at < end; at = next) {
      const found: u32 = load<u8>(at);
      if (found != tag) {
        next = (found & 0x87) == Wire.Bytes ? shortBodyEnd(at + 1, end) : 0;
        if (next == 0) next = skipField(at, end);
        if (next == 0) return true;
        continue;
      }
      next = shortBodyEnd(at + 1, end);
      const entry = shortBody(at + 1);
      if (next == 0 || entry >= next || load<u8>(entry) != KEY_TAG) return false;
      const keyEnd = shortBodyEnd(entry + 1, next);
      if (
        keyEnd == 0 ||
        keyEnd >= next ||
        load<u8>(keyEnd) != VALUE_TAG ||
        shortBodyEnd(keyEnd + 1, next) != next
      )
        return false;
      const key = shortBody(entry + 1);
      if ((sizes >> ((keyEnd - key) & 63)) & 1) this.offer(key, keyEnd - key, shortBody(keyEnd + 1), next);
    }
    return true;
  }

  private offer(key: usize, size: usize, value: usize, valueEnd: usize): void {
    const keys = this.keys;
    for (let i = 0; i < keys.length; i++) {
      const wanted = unchecked(keys[i]);
      if (wanted.size != size || !sameBytes(wanted.pointer, key, size)) continue;
      unchecked(this.values[i]).bind(value, valueEnd);
      unchecked((this.found[i] = true));
    }
  }

  /** The value in a slot; null when the item has no such attribute. */
  get(index: i32): Value | null {
    return this.found[index] ? this.values[index] : null;
  }
}
