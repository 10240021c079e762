// More than 250 lines: one class, whose cursor, lookups and edits share the state of one walk.
import { KEY, ShortEntry, VALUE, entryKey, entryKeyEnd, entryValue, readEntry } from './entry';
import { KeyClassifier } from './keyClassifier';
import { fail } from '../host';
import { Text, encodeUtf8 } from '../text';
import { Value, ValueKind } from './value';
import { KeyString, KeyText, keyString, keyText } from './wantedKey';
import {
  ALL,
  Fields,
  Message,
  Wire,
  bytesFieldSize,
  copyBytes,
  fieldBody,
  fieldEnd,
  fieldNumber,
  fieldWire,
  hasTag,
  isLongTag,
  mergeFields,
  mergedEnd,
  mergedStart,
  putBytesField,
  putBytesHeader,
  readField,
  shortFieldEnd,
  skipField,
  take,
} from '../protobuf';

// KeyValueList.values and ArrayValue.values.
const NESTED: u32 = 1;

// Deeper values are refused: otherwise recursion would exhaust the guest's stack.
const MAX_DEPTH: i32 = 64;

/**
 * A list of keys and values: the attributes of any item, and the maps and arrays nested in them.
 *
 * ```ts
 * while (attributes.next()) {
 *   if (attributes.key.is("password")) attributes.remove();
 * }
 * ```
 *
 * The current entry can be read, renamed, replaced or removed. `key` and `value` are views that `next()` moves.
 * The values of an array, and a log's body, have no keys: `key` is empty.
 */
export class Attributes extends Fields {
  readonly key: Text = new Text();
  readonly value: Value = new Value();
  /**
   * The view of the current entry's nested values, while it may have changes. `spare` is the same object, kept for
   * reuse.
   */
  private inner: Attributes | null = null;
  private spare: Attributes | null = null;
  /** The views that `text` returned for this item. They stay valid until the next item. */
  private texts: Array<Text> = [];
  private textCount: i32 = 0;

  constructor(
    message: Message,
    number: u32,
    public keyed: bool = true,
    private depth: i32 = 0,
  ) {
    super(message, number);
  }

  /** Returns to the position before the first entry. */
  rewind(): this {
    this.commit();
    this.toStart();
    return this;
  }

  /** Starts over, because the SDK has replaced the message. */
  reset(): this {
    this.inner = null;
    this.forgetTexts();
    this.toStart();
    return this;
  }

  private forgetTexts(): void {
    this.textCount = 0;
    const spare = this.spare;
    if (spare !== null) spare.forgetTexts();
  }

  /** Moves to the next entry; false after the last. */
  next(): bool {
    if (this.inner !== null) this.commit();
    if (this.keyed && this.walksOnHere) {
      const at = this.at;
      const head = load<u32>(at);
      const next = ShortEntry.end(at, head);
      if (next <= this.limit && ShortEntry.is(head, ShortEntry.shape(this.number)) && this.showShort(at, head, next)) {
        this.seen |= 1 << this.number;
        return true;
      }
    }
    if (!this.advance()) return false;
    if (this.keyed) this.showEntry();
    else this.value.bind(this.body, this.end);
    return true;
  }

  /** Shows a short entry. False, with nothing changed, when its layout is unusual. */
  @inline private showShort(at: usize, head: u32, next: usize): bool {
    const keySize = ShortEntry.keySize(head);
    const value = at + 4 + keySize;
    if (!ShortEntry.isWhole(value, next)) return false;
    this.key.bind(at + 4, keySize);
    this.value.bind(value + 2, next);
    return this.show(at, at + 2, next);
  }

  /**
   * Moves to the next entry whose key has a category above 0, which is then in `keys.last`, or whose value is of one
   * of `kinds` (bits `1 << ValueKind.Map`). Skipping the others costs a fraction of `next()`. It also stops at the
   * rare value that is set more than once, of any kind.
   */
  nextOf(keys: KeyClassifier, kinds: u32 = 0): bool {
    if (this.keyed) return this.nextAccepted<KeyClassifier>(keys, kinds);
    keys.last = 0;
    while (this.next()) {
      if (this.isOneOf(kinds, this.value.start, this.value.end)) return true;
    }
    return false;
  }

  /**
   * @internal `nextOf` for any object that decides by the bytes of a key and its value whether it `accepts` the
   * entry.
   */
  nextAccepted<Keys>(keys: Keys, kinds: u32): bool {
    if (this.inner !== null) this.commit();
    if (!this.keyed) return false;
    const shape = ShortEntry.shape(this.number);
    while (this.walksOn()) {
      const limit = this.limit;
      let at = this.at;
      let seen = this.seen;
      while (at < limit) {
        if (limit - at >= 4) {
          const head = load<u32>(at);
          if (ShortEntry.is(head, shape)) {
            const next = ShortEntry.end(at, head);
            const keySize = ShortEntry.keySize(head);
            const keyEnd = at + 4 + keySize;
            if (next <= limit && ShortEntry.isWhole(keyEnd, next)) {
              if (keys.accepts(at + 4, keySize, keyEnd + 2, next) || this.isOneOf(kinds, keyEnd + 2, next)) {
                this.seen = seen | (1 << this.number);
                this.key.bind(at + 4, keySize);
                this.value.bind(keyEnd + 2, next);
                return this.show(at, at + 2, next);
              }
              at = next;
              continue;
            }
          }
          const next = (head ^ shape) & 0xff ? shortFieldEnd(at, head) : 0;
          if (next != 0 && next <= limit) {
            seen |= 1 << ((head >> 3) & 15);
            at = next;
            continue;
          }
        }
        const tag: u32 = load<u8>(at);
        if (tag < 0x80) seen |= 1 << (tag >> 3);
        const field = at;
        at = skipField(at, limit);
        if (at == 0) return this.stop();
        let isEntry = tag == (shape & 0xff);
        if (tag >= 0x80 && isLongTag(field)) {
          seen = ALL;
          isEntry = hasTag(field, at, shape & 0xff);
        }
        if (isEntry) {
          readField(field, at);
          this.show(field, fieldBody, fieldEnd);
          this.showEntry();
          const key = this.key;
          const value = this.value;
          this.seen = seen;
          if (keys.accepts(key.pointer, key.size, value.start, value.end)) return true;
          if (this.isOneOf(kinds, value.start, value.end)) return true;
        }
      }
      this.seen = seen | (1 << this.number);
      this.at = at;
    }
    return false;
  }

  /** True when a value is of one of these kinds, or consists of several fields and needs a closer look. */
  @inline private isOneOf(kinds: u32, value: usize, end: usize): bool {
    if (kinds == 0 || end == value) return false;
    if (end - value < 2) return true;
    const head: u32 = load<u16>(value);
    if (head & 0x80 || (kinds >> ((head & 0xff) >> 3)) & 1) return true;
    return shortFieldEnd(value, head) != end && skipField(value, end) != end;
  }

  private showEntry(): void {
    const end = this.end;
    if (readEntry(this.body, end)) {
      this.key.bind(entryKey, entryKeyEnd - entryKey);
      this.value.bind(entryValue, end);
      return;
    }
    this.key.bind(0, 0);
    this.value.bind(0, 0);
    let values = 0;
    for (let at = this.body; readField(at, end); at = fieldEnd) {
      if (fieldWire != Wire.Bytes) continue;
      if (fieldNumber == KEY) {
        this.key.bind(fieldBody, fieldEnd - fieldBody);
      } else if (fieldNumber == VALUE) {
        this.value.bind(fieldBody, fieldEnd);
        values++;
      }
    }
    if (values > 1 && mergeFields(this.body, end, VALUE)) this.value.bind(mergedStart, mergedEnd);
  }

  // #region by key

  /** Moves to the entry with this key, e.g. `if (attributes.find("http.route")) ... attributes.value`. */
  find(key: string): bool {
    this.rewind();
    return this.nextAccepted<KeyString>(keyString.bind(key), 0);
  }

  findText(key: Text): bool {
    this.rewind();
    return this.nextAccepted<KeyText>(keyText.bind(key), 0);
  }

  /** The text under this key; empty when there is none. The view stays valid until the next item. */
  text(key: string): Text {
    if (!this.find(key)) return EMPTY;
    const text = this.value.text;
    const views = this.texts;
    if (this.textCount == views.length) views.push(new Text());
    return unchecked(views[this.textCount++]).bind(text.pointer, text.size);
  }

  /** Replaces the value under this key, or appends one. */
  set(key: string, value: Value): void {
    if (this.find(key)) this.replace(value);
    else this.append(key, value);
  }

  append(key: string, value: Value): void {
    const text = encodeUtf8(key);
    this.appendEntry(changetype<usize>(text), text.byteLength, value);
  }

  appendText(key: Text, value: Value): void {
    this.appendEntry(key.pointer, key.size, value);
  }

  private appendEntry(key: usize, keySize: usize, value: Value): void {
    const at = this.makeEntry(key, keySize, value.start, value.end - value.start);
    if (at == 0) return;
    this.message.append(at, madeEnd);
  }

  /** Removes the entries with this key; true when there was one. */
  delete(key: string): bool {
    let found = false;
    this.rewind();
    while (this.nextAccepted<KeyString>(keyString.bind(key), 0)) {
      this.remove();
      found = true;
    }
    return found;
  }

  // #endregion
  // #region the current entry

  remove(): void {
    this.inner = null;
    this.replaceField(0, 0, 0);
  }

  replace(value: Value): void {
    this.inner = null;
    this.put(this.key.pointer, this.key.size, value.start, value.end - value.start);
  }

  /** Replaces the value by a text, e.g. one that `Replacement` produced. */
  replaceText(text: Text): void {
    this.inner = null;
    const valueSize = bytesFieldSize(ValueKind.Text, text.size);
    const at = this.makeEntry(this.key.pointer, this.key.size, 0, valueSize);
    if (at == 0) return;
    putBytesField(madeEnd - valueSize, ValueKind.Text, text.pointer, text.size);
    this.showMade(at, this.key.size, valueSize);
  }

  rename(key: string): void {
    const text = encodeUtf8(key);
    this.commit();
    this.put(changetype<usize>(text), text.byteLength, this.value.start, this.value.end - this.value.start);
  }

  /** The nested values of the current entry, when its value is a map or an array; otherwise empty. */
  nested(): Attributes {
    const kind = this.value.kind;
    const inner = this.bindInner(kind == ValueKind.Map);
    if (kind != ValueKind.Map && kind != ValueKind.Array) {
      inner.message.bind(0, 0);
    } else if (this.depth >= MAX_DEPTH) {
      fail('values nested deeper than ' + MAX_DEPTH.toString() + ' levels cannot be read');
      inner.message.bind(0, 0);
    } else {
      const content = this.value.contentOf(kind);
      inner.message.bind(content.pointer, content.pointer + content.size);
    }
    return inner;
  }

  private bindInner(keyed: bool): Attributes {
    this.commit();
    let inner = this.spare;
    if (inner === null) inner = this.spare = new Attributes(new Message(), NESTED, true, this.depth + 1);
    inner.keyed = keyed;
    inner.inner = null;
    inner.toStart();
    inner.key.bind(0, 0);
    this.inner = inner;
    return inner;
  }
  // #endregion

  /** Applies the changes in `nested()`. The SDK calls this, and so does moving on. */
  commit(): void {
    const inner = this.inner;
    if (inner === null) return;
    this.inner = null;
    inner.commit();
    if (!inner.message.edited) return;
    const kind: u32 = inner.keyed ? ValueKind.Map : ValueKind.Array;
    const size = inner.message.size;
    const total = bytesFieldSize(kind, size);
    const at = take(total);
    if (at == 0) return;
    inner.message.write(putBytesHeader(at, kind, size));
    this.put(this.key.pointer, this.key.size, at, total);
  }

  private put(key: usize, keySize: usize, value: usize, valueSize: usize): void {
    const at = this.makeEntry(key, keySize, value, valueSize);
    if (at != 0) this.showMade(at, keySize, valueSize);
  }

  /** Replaces the current entry by the new one. */
  private showMade(at: usize, keySize: usize, valueSize: usize): void {
    this.replaceField(at, madeBody, madeEnd);
    this.key.bind(madeKey, this.keyed ? keySize : 0);
    this.value.bind(madeEnd - valueSize, madeEnd);
  }

  /**
   * Writes an entry, with its value if there is one at `value`, and sets `madeBody`, `madeKey` and `madeEnd` to its
   * parts. Returns 0 when memory cannot grow.
   */
  private makeEntry(key: usize, keySize: usize, value: usize, valueSize: usize): usize {
    const keyed = this.keyed;
    const size = keyed ? bytesFieldSize(KEY, keySize) + bytesFieldSize(VALUE, valueSize) : valueSize;
    const total = bytesFieldSize(this.number, size);
    const start = take(total);
    if (start == 0) return 0;
    let at = putBytesHeader(start, this.number, size);
    madeBody = at;
    if (keyed) {
      at = putBytesHeader(at, KEY, keySize);
      madeKey = at;
      copyBytes(at, key, keySize);
      at = putBytesHeader(at + keySize, VALUE, valueSize);
    }
    if (value != 0) copyBytes(at, value, valueSize);
    madeEnd = start + total;
    return start;
  }
}

let madeBody: usize = 0;
let madeKey: usize = 0;
let madeEnd: usize = 0;
const EMPTY = new Text();
