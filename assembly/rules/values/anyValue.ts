/** Decodes and encodes values as the content of an AnyValue. */
import { Wire, bytesFieldSize, fieldBody, fieldEnd, fieldNumber, fieldWire, putBytesHeader, readField, readVarint, varint, varintEnd, varintSize } from 'otelwasm/assembly/protobuf/wire';
import { arena } from './arena';
import { entryEnd, showElement, valueEnd, valueStart } from './entries';
import { FALSE, Kind, NIL, TRUE, VALUES_TAG, Val } from './val';

const TEXT_TAG: u32 = (Kind.Text << 3) | Wire.Bytes;
const INT_TAG: u32 = (Kind.Int << 3) | Wire.Varint;

/** Decodes the content of an AnyValue. If it has several fields, the last counts. */
export function decode(start: usize, end: usize): Val {
  // Nearly every value is a single short text or integer.
  const size = end - start;
  if (size >= 2 && size < 0x82) {
    const head: u32 = load<u16>(start);
    if (head == (TEXT_TAG | ((<u32>(size - 2)) << 8))) return Val.text(start + 2, size - 2);
    if ((head & 0xff) == INT_TAG && readVarint(start + 1, end) && varintEnd == end) return Val.ofBits(Kind.Int, varint);
  }
  let found: Val = NIL;
  for (let at = start; readField(at, end); at = fieldEnd) {
    switch (fieldNumber) {
      case Kind.Text:
      case Kind.Bytes:
        if (fieldWire == Wire.Bytes) found = Val.bytes(fieldNumber, fieldBody, fieldEnd - fieldBody);
        break;
      case Kind.Bool:
        if (fieldWire == Wire.Varint && readVarint(fieldBody, fieldEnd)) found = varint != 0 ? TRUE : FALSE;
        break;
      case Kind.Int:
        if (fieldWire == Wire.Varint && readVarint(fieldBody, fieldEnd)) found = Val.ofBits(Kind.Int, varint);
        break;
      case Kind.Double:
        if (fieldWire == Wire.Fixed64) found = Val.ofBits(Kind.Double, load<u64>(fieldBody));
        break;
      case Kind.List:
      case Kind.Map:
        if (fieldWire == Wire.Bytes)
          found = Val.run(fieldNumber, VALUES_TAG, fieldBody, fieldEnd - fieldBody);
        break;
    }
  }
  return found;
}

/** The size in bytes of a value as the content of an AnyValue. */
export function encodedSize(value: Val): usize {
  switch (value.kind) {
    case Kind.Text:
    case Kind.Bytes:
    case Kind.List:
    case Kind.Map:
      return bytesFieldSize(value.kind, value.size);
    case Kind.Bool:
      return 2;
    case Kind.Int:
      return 1 + varintSize(value.bits);
    case Kind.Double:
      return 9;
    default:
      return 0;
  }
}

/** Encodes a value as the content of an AnyValue and returns the end address. */
export function encode(at: usize, value: Val): usize {
  const kind = value.kind;
  switch (kind) {
    case Kind.Text:
    case Kind.Bytes:
      at = putBytesHeader(at, kind, value.size);
      memory.copy(at, value.pointer, value.size);
      return at + value.size;
    case Kind.List:
    case Kind.Map:
      at = putBytesHeader(at, kind, value.size);
      copyRun(at, value, VALUES_TAG);
      return at + value.size;
    case Kind.Bool:
      store<u8>(at, (Kind.Bool << 3) | Wire.Varint);
      store<u8>(at + 1, <u8>value.bits);
      return at + 2;
    case Kind.Int: {
      store<u8>(at++, (Kind.Int << 3) | Wire.Varint);
      let bits = value.bits;
      for (; bits >= 0x80; bits >>= 7) store<u8>(at++, <u8>(bits | 0x80));
      store<u8>(at++, <u8>bits);
      return at;
    }
    case Kind.Double:
      store<u8>(at, (Kind.Double << 3) | Wire.Fixed64);
      store<u64>(at + 1, value.bits);
      return at + 9;
    default:
      return at;
  }
}

/** Copies a run of fields with another tag. The tags of runs take one byte. */
export function copyRun(to: usize, run: Val, tag: u32): void {
  memory.copy(to, run.pointer, run.size);
  if (run.tag == tag) return;
  const end = to + run.size;
  for (let at = to; showElement(at, end); at = entryEnd) store<u8>(at, <u8>tag);
}

/** The run with another tag for its fields. */
export function withTag(run: Val, tag: u32): Val {
  if (run.tag == tag || run.size == 0) return run;
  const copy = arena.take(run.size);
  copyRun(copy, run, tag);
  return Val.run(run.kind, tag, copy, run.size);
}

/** The element of a list at `index`; null if there is none. */
export function elementAt(list: Val, index: i64): Val | null {
  const end = list.pointer + list.size;
  for (let at = list.pointer; index >= 0 && showElement(at, end); at = entryEnd) {
    if (index-- == 0) return decode(valueStart, valueEnd);
  }
  return null;
}
