import { Attributes } from './attributes';
import {
  entryKey,
  entryKeyEnd,
  entryValue,
  isShortEntry,
  isShortValue,
  readEntry,
  shortEntryEnd,
  shortEntryShape,
  shortKeySize,
} from './entry';
import { Text, sameBytes } from './text';
import { Value } from './value';
import { shortBody, shortBodyEnd, shortFieldEnd, skipField } from './wire';

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
  /** How many keys are not found yet. */
  private missing: i32 = 0;
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
    const count = found.length;
    for (let i = 0; i < count; i++) unchecked((found[i] = false));
    this.missing = count;
    if (count == 0 || (!attributes.message.edited && this.scan(attributes))) return;
    while (this.missing > 0 && attributes.next()) {
      const value = attributes.value;
      this.offer(attributes.key.pointer, attributes.key.size, value.start, value.end);
    }
  }

  /** Scans an unchanged message without making views. False, with nothing lost, when its layout is unusual. */
  private scan(attributes: Attributes): bool {
    const shape = shortEntryShape(attributes.number);
    const sizes = this.sizes;
    const end = attributes.message.end;
    let at = attributes.message.start;
    while (at < end) {
      if (end - at >= 4) {
        const head = load<u32>(at);
        if (isShortEntry(head, shape)) {
          const next = shortEntryEnd(at, head);
          const keySize = shortKeySize(head);
          const keyEnd = at + 4 + keySize;
          if (next > end || !isShortValue(keyEnd, next)) return false;
          if ((sizes >> keySize) & 1) {
            this.offer(at + 4, keySize, keyEnd + 2, next);
            if (this.missing == 0) return true;
          }
          at = next;
          continue;
        }
        if (((head ^ shape) & 0xff) == 0) {
          at = this.scanLong(at, end);
          if (at == 0) return false;
          continue;
        }
        const next = shortFieldEnd(at, head);
        if (next != 0 && next <= end) {
          at = next;
          continue;
        }
      }
      at = skipField(at, end);
      if (at == 0) return true;
    }
    return true;
  }

  private scanLong(at: usize, end: usize): usize {
    const next = shortBodyEnd(at + 1, end);
    if (next == 0 || !readEntry(shortBody(at + 1), next)) return 0;
    const size = entryKeyEnd - entryKey;
    if ((this.sizes >> (size & 63)) & 1) this.offer(entryKey, size, entryValue, next);
    return next;
  }

  /** Takes a value if its key is looked for. Of two with one key the first counts, as for `Attributes.find`. */
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
    return <u32>index < <u32>this.found.length && unchecked(this.found[index]) ? unchecked(this.values[index]) : null;
  }
}
