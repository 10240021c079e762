import { scratch } from './memory';
import { fail, failed } from './status';
import { Text } from './text';
import {
  Wire,
  bytesFieldSize,
  copyBytes,
  fieldBody,
  fieldEnd,
  fieldNumber,
  fieldStart,
  fieldWire,
  putBytesField,
  putBytesHeader,
  putVarint,
  readField,
  readVarint,
  shortBody,
  shortBodyEnd,
  skipField,
  varint,
  varintSize,
} from './wire';

/**
 * A protobuf message where it lies. Reading walks its bytes. The first change makes a table of its fields, each still
 * a slice of the original bytes; changes then swap, remove or append slices. Fields nobody touched, also those this
 * SDK does not know, are never looked into and come out as they went in.
 */
export class Message {
  start: usize = 0;
  end: usize = 0;
  /** True once a field was changed. */
  edited: bool = false;
  count: i32 = 0;
  /** One bit per field number below 16 that is there, and `WALKED`; 0 until a cursor has walked the original bytes. */
  present: u32 = 0;
  // Per field: where it was in the original (0 when appended), where its bytes are now, and where they end.
  private table: StaticArray<usize> = new StaticArray<usize>(0);

  bind(start: usize, end: usize): void {
    this.start = start;
    this.end = end;
    this.edited = false;
    this.present = 0;
  }

  // #region reading

  /** Finds the last field with this number and wire type; its content is then in `fieldBody`, `fieldEnd`. */
  find(number: u32, wire: Wire): bool {
    let found: usize = 0;
    let foundEnd: usize = 0;
    if (this.edited) {
      for (let i = this.count - 1; i >= 0; i--) {
        if (readField(this.startAt(i), this.endAt(i)) && fieldNumber == number && fieldWire == wire)
          return true;
      }
      return false;
    }
    const end = this.end;
    const tag = (number << 3) | wire;
    for (let at = this.start, next: usize = 0; at < end; at = next) {
      next = skipField(at, end);
      if (next == 0) return false;
      if (load<u8>(at) == tag || (tag >= 0x80 && this.isField(at, next, number, wire))) {
        found = at;
        foundEnd = next;
      }
    }
    // Whoever set a field twice meant the second (protobuf's rule), so the whole message is read, then the find again.
    return found != 0 && readField(found, foundEnd);
  }

  /** Reads a tag that takes more than one byte. */
  private isField(start: usize, end: usize, number: u32, wire: u32): bool {
    return readField(start, end) && fieldNumber == number && fieldWire == wire;
  }

  text(number: u32, into: Text): Text {
    return this.find(number, Wire.Bytes) ? into.bind(fieldBody, fieldEnd - fieldBody) : into.bind(0, 0);
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

  /** Shows the message in a field; an empty one when there is none. */
  bindChild(number: u32, child: Message): void {
    if (this.find(number, Wire.Bytes)) child.bind(fieldBody, fieldEnd);
    else child.bind(0, 0);
  }

  // #endregion
  // #region changing

  setMessage(number: u32, content: Message): void {
    const size = content.size;
    const total = bytesFieldSize(number, size);
    const at = take(total);
    if (at == 0) return;
    content.write(putBytesHeader(at, number, size));
    this.set(number, at, at + total);
  }

  setBytes(number: u32, source: usize, size: usize): void {
    const total = bytesFieldSize(number, size);
    const at = take(total);
    if (at == 0) return;
    putBytesField(at, number, source, size);
    this.set(number, at, at + total);
  }

  setText(number: u32, value: string): void {
    const bytes = String.UTF8.encode(value);
    this.setBytes(number, changetype<usize>(bytes), bytes.byteLength);
  }

  setVarint(number: u32, value: u64): void {
    const at = take(varintSize(number << 3) + varintSize(value));
    if (at != 0) this.set(number, at, putVarint(putVarint(at, (number << 3) | Wire.Varint), value));
  }

  setFixed64(number: u32, value: u64): void {
    const at = take(varintSize(number << 3) + 8);
    if (at == 0) return;
    const body = putVarint(at, (number << 3) | Wire.Fixed64);
    store<u64>(body, value);
    this.set(number, at, body + 8);
  }

  /** Puts the field at `[start, end)` in place of all fields with its number. */
  private set(number: u32, start: usize, end: usize): void {
    this.edit();
    let done = false;
    for (let i = this.count - 1; i >= 0; i--) {
      if (!readField(this.startAt(i), this.endAt(i)) || fieldNumber != number) continue;
      if (done) this.remove(i);
      else this.replace(i, start, end);
      done = true;
    }
    if (!done) this.append(start, end);
  }

  /** Removes all fields with this number. */
  clear(number: u32): void {
    this.edit();
    for (let i = 0; i < this.count; i++) {
      if (readField(this.startAt(i), this.endAt(i)) && fieldNumber == number) this.remove(i);
    }
  }

  /** Makes the table of fields, if there is none yet. */
  edit(): void {
    if (this.edited) return;
    this.edited = true;
    this.count = 0;
    const end = this.end;
    for (let at = this.start, next: usize = 0; at < end; at = next) {
      next = skipField(at, end);
      if (next == 0) return;
      this.push(at, at, next);
      this.see(at);
    }
    this.present |= WALKED;
  }

  replace(index: i32, start: usize, end: usize): void {
    this.table[index * 3 + 1] = start;
    this.table[index * 3 + 2] = end;
  }

  remove(index: i32): void {
    this.replace(index, 0, 0);
  }

  append(start: usize, end: usize): void {
    this.push(0, start, end);
    this.see(start);
  }

  private see(start: usize): void {
    const tag: u32 = load<u8>(start);
    if (tag < 0x80) this.present |= 1 << (tag >> 3);
  }

  /** True when it is known that no field has this number. */
  lacks(number: u32): bool {
    return (this.present & WALKED) != 0 && number < 16 && ((this.present >> number) & 1) == 0;
  }

  private push(origin: usize, start: usize, end: usize): void {
    const at = this.count * 3;
    if (at == this.table.length) {
      const larger = new StaticArray<usize>(max(96, at << 1));
      memory.copy(changetype<usize>(larger), changetype<usize>(this.table), <usize>at * sizeof<usize>());
      this.table = larger;
    }
    unchecked((this.table[at] = origin));
    unchecked((this.table[at + 1] = start));
    unchecked((this.table[at + 2] = end));
    this.count++;
  }

  // #endregion
  // #region the table

  @inline startAt(index: i32): usize {
    return unchecked(this.table[index * 3 + 1]);
  }

  @inline endAt(index: i32): usize {
    return unchecked(this.table[index * 3 + 2]);
  }

  /** Index of the field that was at `origin` in the original bytes, -1 if none was. */
  indexOf(origin: usize): i32 {
    if (origin == 0) return -1;
    for (let i = 0; i < this.count; i++) {
      if (unchecked(this.table[i * 3]) == origin) return i;
    }
    return -1;
  }

  /** Bytes of the message as it is now. */
  get size(): usize {
    if (!this.edited) return this.end - this.start;
    let size: usize = 0;
    for (let i = 0; i < this.count; i++) size += this.endAt(i) - this.startAt(i);
    return size;
  }

  /** Writes the message as it is now and returns the byte after it. Neighbouring slices are copied in one piece. */
  write(at: usize): usize {
    if (!this.edited) {
      copyBytes(at, this.start, this.end - this.start);
      return at + this.end - this.start;
    }
    let from: usize = 0;
    let to: usize = 0;
    for (let i = 0; i < this.count; i++) {
      const start = this.startAt(i);
      if (start != to) {
        copyBytes(at, from, to - from);
        at += to - from;
        from = start;
      }
      if (start != 0) to = this.endAt(i);
      else to = from = 0;
    }
    copyBytes(at, from, to - from);
    return at + (to - from);
  }

  // #endregion
}

// Bit 0 is free: no field has that number.
const WALKED: u32 = 1;

/** The fields of a message that have one number, one after the other. Changing the field at hand is allowed. */
export class Fields {
  start: usize = 0;
  body: usize = 0;
  end: usize = 0;
  // In an edited message the cursor is an index, -1 while it is still a place in the original bytes.
  private index: i32 = -1;
  private started: bool = false;
  /** Numbers of the fields that were passed. */
  private seen: u32 = 0;

  constructor(
    readonly message: Message,
    public number: u32,
  ) {}

  /** Back before the first field, of a message that may be another one now. */
  protected toStart(): void {
    this.start = 0;
    this.started = false;
    this.index = -1;
    this.seen = 0;
  }

  /** Moves to the next field; false after the last. */
  protected advance(): bool {
    const message = this.message;
    // A walk for another number has seen that there are none of these: nearly always so for a span's links.
    if (!this.started && message.lacks(this.number)) return false;
    if (message.edited) return this.advanceEdited();
    const end = message.end;
    const tag = (this.number << 3) | Wire.Bytes;
    let at = this.end;
    if (!this.started) {
      this.started = true;
      at = message.start;
    }
    let seen = this.seen;
    while (at < end) {
      const found: u32 = load<u8>(at);
      if (found < 0x80) seen |= 1 << (found >> 3);
      if (found == tag) {
        this.seen = seen;
        const next = shortBodyEnd(at + 1, end);
        if (next != 0) {
          this.start = at;
          this.body = shortBody(at + 1);
          this.end = next;
          return true;
        }
        return readField(at, end) && this.show();
      }
      at = skipField(at, end);
      if (at == 0) break;
    }
    if (at == end) message.present |= seen | WALKED;
    this.start = 0;
    this.end = end;
    return false;
  }

  private advanceEdited(): bool {
    const message = this.message;
    if (this.started && this.index < 0) this.index = message.indexOf(this.start);
    this.started = true;
    const tag = (this.number << 3) | Wire.Bytes;
    while (++this.index < message.count) {
      const start = message.startAt(this.index);
      const end = message.endAt(this.index);
      if (start == end) continue;
      const found: u32 = load<u8>(start);
      // A tag of one byte is right or wrong at once; only longer ones need reading.
      if (found < 0x80 && found != tag) continue;
      if (readField(start, end) && fieldNumber == this.number && fieldWire == Wire.Bytes) return this.show();
    }
    this.start = 0;
    return false;
  }

  private show(): bool {
    this.start = fieldStart;
    this.body = fieldBody;
    this.end = fieldEnd;
    return true;
  }

  /** Puts the field at `[start, end)` in place of the one at hand. */
  protected replaceField(start: usize, end: usize): void {
    const message = this.message;
    message.edit();
    if (this.index < 0) this.index = message.indexOf(this.start);
    if (this.index < 0 || this.index >= message.count) return;
    message.replace(this.index, start, end);
    if (readField(start, end)) this.show();
  }

  /** Puts an edited message in place of the content of the field at hand. */
  protected replaceBody(content: Message): void {
    const size = content.size;
    const total = bytesFieldSize(this.number, size);
    const at = take(total);
    if (at == 0) return;
    content.write(putBytesHeader(at, this.number, size));
    this.replaceField(at, at + total);
  }
}

/** Room for a new field; 0, with the call failed, when memory cannot grow. */
export function take(size: usize): usize {
  const at = scratch.take(size);
  if (at == 0 && !failed()) fail('out of memory: no room for a field of ' + size.toString() + ' bytes');
  return at;
}
