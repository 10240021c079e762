// Longer than most files: reading, slots, changing and writing share a table of places, which is private to Record.
import { Wire, bytesFieldSize, fieldBody, fieldEnd, fieldWire, putBytesField, putBytesHeader, putVarint, readField, readVarint, shortFieldEnd, skipField, varint, varintSize } from 'otelwasm/assembly/protobuf/wire';
import { ShortEntry } from 'otelwasm/assembly/attributes/entry';
import { sameBytes } from 'otelwasm/assembly/text';
import { Arena, arena } from '../values/arena';
import { entryEnd, keyPointer, keySize, showEntry, valueEnd, valueStart } from '../values/entries';
import { List, Node } from '../program/program';
import { Val } from '../values/val';

/** Field numbers below this are indexed. Rules cannot name any higher field of OTLP. */
const FIELDS: u32 = 32;

/**
 * A message of the batch, e.g. a span. It indexes the fields in one pass on first access, and tracks which of them
 * changed. A repeated field counts as one: the run of all its entries.
 */
export class Record {
  start: usize = 0;
  end: usize = 0;
  /** One bit per repeated field. */
  repeated: u32 = 0;
  /** The field number of the attributes; 0 if the message has none. */
  attributes: u32 = 0;
  private isIndexed: bool = false;
  /** One bit per changed field. */
  private changed: u32 = 0;
  private places: StaticArray<usize> = new StaticArray<usize>(2 * FIELDS);
  /** The keys that rules use, and the start and end of their values: two words each, 0 if missing. */
  private keys: StaticArray<Val> = [];
  private values: StaticArray<usize> = [];
  private areFound: bool = false;
  private marks: u64 = 0;

  constructor(readonly memory: Arena = arena) {}

  shape(attributes: u32, repeated: u32): this {
    this.attributes = attributes;
    this.repeated = repeated | (1 << attributes);
    return this;
  }

  bind(start: usize, end: usize): void {
    this.start = start;
    this.end = end;
    this.isIndexed = false;
    this.areFound = false;
    this.changed = 0;
  }

  @inline get isChanged(): bool {
    return this.changed != 0;
  }

  // #region reading

  private index(): void {
    this.isIndexed = true;
    const places = changetype<usize>(this.places);
    memory.fill(places, 0, 8 * FIELDS);
    const end = this.end;
    const repeated = this.repeated;
    for (let at = this.start, next: usize = 0; at < end; at = next) {
      next = end - at >= 2 ? shortFieldEnd(at, load<u16>(at)) : 0;
      if (next == 0 || next > end) next = skipField(at, end);
      if (next == 0) return;
      let tag: u32 = load<u8>(at);
      if (tag >= 0x80) {
        tag = (tag & 0x7f) | ((<u32>load<u8>(at + 1)) << 7);
        if (tag >= FIELDS << 3) continue;
      }
      const number = tag >> 3;
      const place = places + 8 * number;
      if ((repeated >> number) & 1 && load<usize>(place) != 0) {
        if (load<usize>(place, 4) == at) store<usize>(place, next, 4);
        else this.gather(place, at, next);
      } else {
        store<usize>(place, at);
        store<usize>(place, next, 4);
      }
    }
  }

  /** Copies entries that are not contiguous into one run. */
  private gather(place: usize, at: usize, next: usize): void {
    const start = load<usize>(place);
    const size = load<usize>(place, 4) - start;
    const copy = this.memory.take(size + (next - at));
    memory.copy(copy, start, size);
    memory.copy(copy + size, at, next - at);
    store<usize>(place, copy);
    store<usize>(place, copy + size + (next - at), 4);
  }

  @inline private placeOf(number: u32): usize {
    if (!this.isIndexed) this.index();
    return changetype<usize>(this.places) + 8 * number;
  }

  /** The start of the field or run; 0 if it is missing. */
  @inline startOf(number: u32): usize {
    return load<usize>(this.placeOf(number));
  }

  @inline endOf(number: u32): usize {
    return load<usize>(this.placeOf(number), 4);
  }

  /** Finds a field that is not repeated, and sets `fieldBody` and `fieldEnd` to its content. */
  find(number: u32, wire: u32): bool {
    const place = this.placeOf(number);
    return load<usize>(place) != 0 && readField(load<usize>(place), load<usize>(place, 4)) && fieldWire == wire;
  }

  varint(number: u32): u64 {
    return this.find(number, Wire.Varint) && readVarint(fieldBody, fieldEnd) ? varint : 0;
  }

  fixed64(number: u32): u64 {
    return this.find(number, Wire.Fixed64) ? load<u64>(fieldBody) : 0;
  }

  fixed32(number: u32): u32 {
    return this.find(number, Wire.Fixed32) ? load<u32>(fieldBody) : 0;
  }

  // #endregion
  // #region slots

  /** Sets the keys that rules use. */
  setKeys(keys: List): void {
    this.keys = new StaticArray<Val>(<i32>keys.count);
    this.values = new StaticArray<usize>(<i32>keys.count << 1);
    for (let i: u32 = 0; i < keys.count; i++) {
      const key = changetype<Node>(keys.at(i)).constant;
      this.keys[i] = key;
      this.marks |= (<u64>1) << markOf(key.pointer, key.size);
    }
  }

  /** The start of an attribute's value, with its end in `slotEnd`; 0 if it is missing. */
  @inline slot(index: u32): usize {
    if (!this.areFound) this.findAll();
    slotEnd = unchecked(this.values[(index << 1) | 1]);
    return unchecked(this.values[index << 1]);
  }

  /** Finds all keys in one pass. */
  private findAll(): void {
    this.areFound = true;
    const values = changetype<usize>(this.values);
    const count = this.keys.length;
    memory.fill(values, 0, 8 * count);
    // While the fields are not indexed, one pass over the message is enough.
    const end = this.isIndexed ? this.endOf(this.attributes) : this.end;
    const tag: u32 = (this.attributes << 3) | Wire.Bytes;
    const marks = this.marks;
    let missing = count;
    const shape = ShortEntry.shape(this.attributes);
    let next: usize = 0;
    for (let at = this.isIndexed ? this.startOf(this.attributes) : this.start; at != 0 && at < end && missing > 0; at = next) {
      let keyAt: usize, size: usize, value: usize, until: usize;
      const head: u32 = end - at >= 4 ? load<u32>(at) : 0;
      if ((head & 0xff) != tag && load<u8>(at) != tag) {
        next = head != 0 ? shortFieldEnd(at, head & 0xffff) : 0;
        if (next == 0 || next > end) next = skipField(at, end);
        if (next == 0) break;
        continue;
      }
      next = ShortEntry.end(at, head);
      if (ShortEntry.is(head, shape) && next <= end && ShortEntry.isWhole(at + 4 + ShortEntry.keySize(head), next)) {
        keyAt = at + 4;
        size = ShortEntry.keySize(head);
        value = keyAt + size + 2;
        until = next;
      } else {
        if (!showEntry(at, end)) break;
        next = entryEnd;
        keyAt = keyPointer;
        size = keySize;
        value = valueStart;
        until = valueEnd;
      }
      if (!((marks >> markOf(keyAt, size)) & 1)) continue;
      for (let i = 0; i < count; i++) {
        const key = unchecked(this.keys[i]);
        const place = values + 8 * i;
        if (key.size != size || load<usize>(place) != 0 || !sameBytes(key.pointer, keyAt, size)) continue;
        store<usize>(place, value);
        store<usize>(place, until, 4);
        missing--;
        break;
      }
    }
  }

  // #endregion
  // #region changing

  /** Replaces the field with the bytes `[start, end)`, which are complete fields with this number. */
  put(number: u32, start: usize, end: usize): void {
    if (number == this.attributes) this.areFound = false;
    const place = this.placeOf(number);
    store<usize>(place, start == end ? 0 : start);
    store<usize>(place, end, 4);
    this.changed |= 1 << number;
  }

  remove(number: u32): void {
    this.put(number, 0, 0);
  }

  putBytes(number: u32, pointer: usize, size: usize): void {
    const total = bytesFieldSize(number, size);
    const at = this.memory.take(total);
    putBytesField(at, number, pointer, size);
    this.put(number, at, at + total);
  }

  putVarint(number: u32, value: u64): void {
    const at = this.memory.take(varintSize(number << 3) + varintSize(value));
    this.put(number, at, putVarint(putVarint(at, (number << 3) | Wire.Varint), value));
  }

  putFixed64(number: u32, value: u64): void {
    const at = this.memory.take(varintSize(number << 3) + 8);
    const body = putVarint(at, (number << 3) | Wire.Fixed64);
    store<u64>(body, value);
    this.put(number, at, body + 8);
  }

  putFixed32(number: u32, value: u32): void {
    const at = this.memory.take(varintSize(number << 3) + 4);
    const body = putVarint(at, (number << 3) | Wire.Fixed32);
    store<u32>(body, value);
    this.put(number, at, body + 4);
  }

  /** Replaces the field with a run, and copies it if its memory may not live as long as the record. */
  putRun(number: u32, pointer: usize, size: usize): void {
    const at = this.memory === arena ? pointer : this.memory.copy(pointer, size);
    this.put(number, at, at + size);
  }

  // #endregion
  // #region writing

  /** Encodes the changed message into the record's arena, and binds the record to the result. */
  flush(): void {
    if (this.changed == 0) return;
    const changed = this.changed;
    let size = this.end - this.start;
    for (let number: u32 = 1; number < FIELDS; number++) {
      if ((changed >> number) & 1) size += this.endOf(number) - this.startOf(number);
    }
    const written = this.memory.take(size);
    let to = written;
    let from = this.start;
    for (let at = this.start, next: usize = 0; at < this.end; at = next) {
      next = skipField(at, this.end);
      if (next == 0) break;
      let tag: u32 = load<u8>(at);
      if (tag >= 0x80) tag = min<u32>((tag & 0x7f) | ((<u32>load<u8>(at + 1)) << 7), (FIELDS << 3) - 1);
      if (!((changed >> (tag >> 3)) & 1)) continue;
      memory.copy(to, from, at - from);
      to += at - from;
      from = next;
    }
    memory.copy(to, from, this.end - from);
    to += this.end - from;
    for (let number: u32 = 1; number < FIELDS; number++) {
      if (!((changed >> number) & 1)) continue;
      const start = this.startOf(number);
      if (start == 0) continue;
      const length = this.endOf(number) - start;
      memory.copy(to, start, length);
      to += length;
    }
    this.bind(written, to);
  }

  // #endregion
}

/** The end of the value that `slot` returned last. */
export let slotEnd: usize = 0;

/** Hashes a key's size and middle byte to a number below 64, which rules out most other keys. */
@inline function markOf(key: usize, size: usize): u64 {
  return (<u64>size * 5 + (size == 0 ? 0 : load<u8>(key + (size >> 1)))) & 63;
}

/** The end of the last field that `wrapped` wrote. */
export let wrappedEnd: usize = 0;

/** Wraps bytes in a field with a tag and a length. Returns its start, with its end in `wrappedEnd`. */
export function wrapped(number: u32, pointer: usize, size: usize): usize {
  const total = bytesFieldSize(number, size);
  const at = arena.take(total);
  memory.copy(putBytesHeader(at, number, size), pointer, size);
  wrappedEnd = at + total;
  return at;
}
