// More than 250 lines: one class, whose reading and editing share the list of pieces.
import { copyBytes } from '../memory';
import { Text, encodeUtf8 } from '../text';
import {
  Wire,
  bytesFieldSize,
  fieldBody,
  fieldEnd,
  fieldNumber,
  fieldStart,
  fieldWire,
  hasTag,
  mergeFields,
  mergedEnd,
  mergedStart,
  putBytesField,
  putBytesHeader,
  putVarint,
  readField,
  readVarint,
  setMerged,
  shortFieldEnd,
  skipField,
  take,
  varint,
  varintSize,
} from './wire';

/** A piece of an edited message, in `Message.table`: its bytes `[start, end)`, whole fields, and the piece after it. */
const START: i32 = 0;
const END: i32 = 1;
const NEXT: i32 = 2;
const PIECE_WORDS: i32 = 3;
/** The end of the list of pieces. */
export const NONE: i32 = -1;

/** In `present`. Bit 0 is free: no field has that number. */
export const WALKED: u32 = 1;

let found: usize = 0;
let foundEnd: usize = 0;
let foundCount: i32 = 0;

/**
 * A protobuf message in place. Reading walks its bytes. The first change turns it into a list of pieces, initially
 * the original bytes; each change cuts the field in question out of its piece. Untouched fields, including those that
 * this SDK does not know, are not parsed and stay unchanged.
 */
export class Message {
  start: usize = 0;
  end: usize = 0;
  /** Number of pieces; 0 until a field is changed. It grows with every cut, so that cursors notice changes. */
  count: i32 = 0;
  /** One bit for each present field number below 16, and `WALKED`; 0 until a cursor has walked the whole message. */
  present: u32 = 0;
  private table: StaticArray<usize> = new StaticArray<usize>(PIECE_WORDS * 16);
  private last: i32 = 0;

  @inline bind(start: usize, end: usize): void {
    this.start = start;
    this.end = end;
    this.count = 0;
    this.present = 0;
  }

  /** True once a field was changed. */
  @inline get edited(): bool {
    return this.count != 0;
  }

  // #region reading

  /** Finds the last field with this number and wire type. Its content is then in `fieldBody`, `fieldEnd`. */
  find(number: u32, wire: Wire): bool {
    // The last occurrence of a field counts (protobuf's rule), so the whole message is read, then the field again.
    found = 0;
    foundCount = 0;
    if (!this.edited) this.findIn(this.start, this.end, number, wire);
    else {
      for (let piece = 0; piece != NONE; piece = this.nextOf(piece)) {
        this.findIn(this.startAt(piece), this.endAt(piece), number, wire);
      }
    }
    return found != 0 && readField(found, foundEnd);
  }

  private findIn(start: usize, end: usize, number: u32, wire: Wire): void {
    const tag = (number << 3) | wire;
    for (let at = start, next: usize = 0; at < end; at = next) {
      // Most fields are short: two bytes show their type and end.
      if (end - at >= 2) {
        const head: u32 = load<u16>(at);
        next = shortFieldEnd(at, head);
        if (next != 0 && next <= end) {
          if ((head & 0x7f) == tag) {
            found = at;
            foundEnd = next;
            foundCount++;
          }
          continue;
        }
      }
      next = skipField(at, end);
      if (next == 0) return;
      if (hasTag(at, next, tag)) {
        found = at;
        foundEnd = next;
        foundCount++;
      }
    }
  }

  /**
   * Finds a message among the fields. Several occurrences are merged. Its content is in `mergedStart`, `mergedEnd`.
   */
  findMessage(number: u32): bool {
    if (!this.find(number, Wire.Bytes)) return false;
    if (foundCount > 1) return this.merge(number);
    setMerged(fieldBody, fieldEnd);
    return true;
  }

  private merge(number: u32): bool {
    if (!this.edited) return mergeFields(this.start, this.end, number);
    const at = take(this.size);
    return at != 0 && mergeFields(at, this.write(at), number);
  }

  /** Of two numbers in a oneof, the one that counts: the last; 0 when there is neither. */
  lastOf(first: u32, second: u32, wire: Wire): u32 {
    if (!this.find(first, wire)) return this.find(second, wire) ? second : 0;
    if (!this.find(second, wire)) return first;
    const at = take(this.size);
    if (at == 0) return 0;
    let last: u32 = 0;
    for (let field = at, end = this.write(at); readField(field, end); field = fieldEnd) {
      if (fieldWire == wire && (fieldNumber == first || fieldNumber == second)) last = fieldNumber;
    }
    return last;
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
    if (this.findMessage(number)) child.bind(mergedStart, mergedEnd);
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
    this.setField(number, at, at + total);
  }

  setBytes(number: u32, source: usize, size: usize): void {
    const total = bytesFieldSize(number, size);
    const at = take(total);
    if (at == 0) return;
    putBytesField(at, number, source, size);
    this.setField(number, at, at + total);
  }

  setText(number: u32, value: string): void {
    const bytes = encodeUtf8(value);
    this.setBytes(number, changetype<usize>(bytes), bytes.byteLength);
  }

  setVarint(number: u32, value: u64): void {
    const at = take(varintSize(number << 3) + varintSize(value));
    if (at != 0) this.setField(number, at, putVarint(putVarint(at, (number << 3) | Wire.Varint), value));
  }

  setFixed64(number: u32, value: u64): void {
    const at = take(varintSize(number << 3) + 8);
    if (at == 0) return;
    const body = putVarint(at, (number << 3) | Wire.Fixed64);
    store<u64>(body, value);
    this.setField(number, at, body + 8);
  }

  /** Replaces all fields with its number by the field at `[start, end)`. */
  setField(number: u32, start: usize, end: usize): void {
    const kept = this.cutAll(number);
    if (kept == NONE) return this.append(start, end);
    this.replace(kept, start, end);
    this.see(start);
  }

  /** Removes all fields with this number. */
  clear(number: u32): void {
    this.cutAll(number);
  }

  /** Removes all fields with this number. Returns the piece where the last of them was, now empty, or NONE. */
  private cutAll(number: u32): i32 {
    this.edit();
    let last = NONE;
    for (let piece = 0; piece != NONE; piece = this.nextOf(piece)) {
      for (let at = this.startAt(piece); readField(at, this.endAt(piece)); at = fieldEnd) {
        if (fieldNumber != number) continue;
        piece = last = this.cut(piece, fieldStart, fieldEnd);
        this.replace(piece, 0, 0);
        break;
      }
    }
    return last;
  }

  /** Creates the list of pieces if there is none yet. From then on the message counts as changed. */
  edit(): void {
    if (this.edited) return;
    this.last = 0;
    this.put(0, this.start, this.end, NONE);
    this.count = 1;
  }

  /** Turns the field at `[start, end)`, which is in `piece`, into a separate piece. */
  cut(piece: i32, start: usize, end: usize): i32 {
    this.edit();
    const pieceStart = this.startAt(piece);
    const pieceEnd = this.endAt(piece);
    if (pieceStart == start && pieceEnd == end) return piece;
    const rest = this.add(end, pieceEnd, this.nextOf(piece));
    const own = this.add(start, end, rest);
    this.put(piece, pieceStart, start, own);
    if (this.last == piece) this.last = rest;
    return own;
  }

  @inline replace(piece: i32, start: usize, end: usize): void {
    this.put(piece, start, end, this.nextOf(piece));
  }

  append(start: usize, end: usize): void {
    this.edit();
    const added = this.add(start, end, NONE);
    this.put(this.last, this.startAt(this.last), this.endAt(this.last), added);
    this.last = added;
    this.see(start);
  }

  private see(start: usize): void {
    const tag: u32 = load<u8>(start);
    if (tag < 0x80) this.present |= 1 << (tag >> 3);
  }

  /** True when it is known that no field has this number. */
  @inline lacks(number: u32): bool {
    return (this.present & WALKED) != 0 && number < 16 && ((this.present >> number) & 1) == 0;
  }

  private add(start: usize, end: usize, next: i32): i32 {
    const piece = this.count++;
    const words = this.count * PIECE_WORDS;
    if (words > this.table.length) {
      const larger = new StaticArray<usize>(words << 1);
      memory.copy(changetype<usize>(larger), changetype<usize>(this.table), (<usize>this.table.length) << 2);
      this.table = larger;
    }
    this.put(piece, start, end, next);
    return piece;
  }

  // #endregion
  // #region the pieces

  @inline private put(piece: i32, start: usize, end: usize, next: i32): void {
    const table = this.table;
    unchecked((table[piece * PIECE_WORDS + START] = start));
    unchecked((table[piece * PIECE_WORDS + END] = end));
    unchecked((table[piece * PIECE_WORDS + NEXT] = <usize>next));
  }

  @inline startAt(piece: i32): usize {
    return unchecked(this.table[piece * PIECE_WORDS + START]);
  }

  @inline endAt(piece: i32): usize {
    return unchecked(this.table[piece * PIECE_WORDS + END]);
  }

  /** The piece after this one; NONE (-1) after the last. */
  @inline nextOf(piece: i32): i32 {
    return <i32>unchecked(this.table[piece * PIECE_WORDS + NEXT]);
  }

  /** The current size of the message in bytes. */
  get size(): usize {
    if (!this.edited) return this.end - this.start;
    let size: usize = 0;
    for (let piece = 0; piece != NONE; piece = this.nextOf(piece))
      size += this.endAt(piece) - this.startAt(piece);
    return size;
  }

  /** Writes the current message and returns the address after it. */
  write(at: usize): usize {
    if (!this.edited) {
      copyBytes(at, this.start, this.end - this.start);
      return at + this.end - this.start;
    }
    for (let piece = 0; piece != NONE; piece = this.nextOf(piece)) {
      const start = this.startAt(piece);
      const size = this.endAt(piece) - start;
      copyBytes(at, start, size);
      at += size;
    }
    return at;
  }

  // #endregion
}
