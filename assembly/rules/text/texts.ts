import { arena } from '../values/arena';
import { Builder } from '../values/builder';
import { writeJson } from './jsonText';
import { error } from '../values/failure';
import { toHex } from './hex';
import { Kind, NIL, Val } from '../values/val';

/** A text of the program's own. */
export function textOf(value: string): Val {
  const size = String.UTF8.byteLength(value);
  const at = arena.take(size);
  String.UTF8.encodeUnsafe(changetype<usize>(value), value.length, at);
  return Val.text(at, size);
}

/** A number as JSON has it. */
export function doubleText(value: f64): string {
  if (value == 0) return reinterpret<u64>(value) == 0 ? '0' : '-0';
  const text = value.toString();
  return text.endsWith('.0') ? text.substring(0, text.length - 2) : text.replace('.0e', 'e');
}

/** A stored value as text: the way of `body.string` and `stringify_all`. */
export function asText(value: Val): Val | null {
  switch (value.kind) {
    case Kind.Text:
      return value;
    case Kind.Nil:
      return Val.text(0, 0);
    case Kind.Bool:
      return textOf(value.bits != 0 ? 'true' : 'false');
    case Kind.Int:
      return textOf(value.int.toString());
    case Kind.Double:
      return isFinite(value.double)
        ? textOf(doubleText(value.double))
        : textOf(isNaN(value.double) ? 'NaN' : value.double > 0 ? 'Infinity' : '-Infinity');
    case Kind.Bytes:
      return base64(value, STANDARD, true);
    default: {
      const builder = new Builder();
      return writeJson(builder, value) ? builder.text() : Val.text(0, 0);
    }
  }
}

export function infinityText(value: f64): string {
  return isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

/** A value made a text for a converter that takes any: nil stays nil. Null on an error. */
export function textLike(value: Val): Val | null {
  switch (value.kind) {
    case Kind.Text:
    case Kind.Nil:
      return value;
    case Kind.Bytes:
      return toHex(value);
    case Kind.Double:
      if (!isFinite(value.double)) return error('JSON has no such number: ' + infinityText(value.double));
      return textOf(doubleText(value.double));
    case Kind.Duration:
      return textOf(value.int.toString());
    case Kind.Lambda:
      return error('a lambda has no text');
    case Kind.Opaque:
      return textOf('{}');
    case Kind.TraceId:
    case Kind.SpanId:
    case Kind.ProfileId:
      return bytesText(value);
    default: {
      const builder = new Builder();
      return writeJson(builder, value) ? builder.text() : error('this value has no text');
    }
  }
}

/** An id as JSON has an array of bytes. */
function bytesText(id: Val): Val {
  const builder = new Builder(4 * id.size + 2);
  for (let i: usize = 0; i < id.size; i++) {
    builder.byte(i == 0 ? 91 : 44);
    builder.int(load<u8>(id.pointer + i));
  }
  builder.byte(93);
  return builder.text();
}

export const STANDARD: string = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
export const URL_SAFE: string = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export function base64(bytes: Val, alphabet: string, padded: bool): Val {
  const builder = new Builder((bytes.size << 1) + 8);
  const end = bytes.pointer + bytes.size;
  for (let at = bytes.pointer; at < end; at += 3) {
    const left = end - at;
    let group: u32 = (<u32>load<u8>(at)) << 16;
    if (left > 1) group |= (<u32>load<u8>(at, 1)) << 8;
    if (left > 2) group |= load<u8>(at, 2);
    for (let i = 0; i < 4; i++) {
      if (<usize>i <= left) builder.byte(alphabet.charCodeAt((group >> (18 - 6 * i)) & 63));
      else if (padded) builder.byte(61);
    }
  }
  return builder.text();
}

/** Decodes base64 as Go does: line breaks are passed over; null when it is malformed. */
export function fromBase64(text: Val, alphabet: string, padded: bool): Val | null {
  const builder = new Builder(text.size + 3);
  const end = text.pointer + text.size;
  let group: u32 = 0;
  let count = 0;
  let padding = 0;
  for (let at = text.pointer; at < end; at++) {
    const byte: u32 = load<u8>(at);
    if (byte == 10 || byte == 13) continue;
    if (byte == 61 && padded) {
      padding++;
      continue;
    }
    const value = byte < 0x80 ? alphabet.indexOf(String.fromCharCode(byte)) : -1;
    if (value < 0 || padding > 0) return null;
    group = (group << 6) | value;
    if (++count & 3) continue;
    builder.byte(group >> 16);
    builder.byte((group >> 8) & 255);
    builder.byte(group & 255);
    group = 0;
  }
  const left = count & 3;
  if (left == 1 || (padded ? (left == 0 ? padding != 0 : left + padding != 4) : padding != 0)) return null;
  if (left == 2) builder.byte(group >> 4);
  if (left == 3) {
    builder.byte(group >> 10);
    builder.byte((group >> 2) & 255);
  }
  return builder.text();
}

export { NIL };
