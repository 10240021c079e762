/** The protobuf wire format, read in place without copying fields. */
import { fail, failed } from '../host';
import { copyBytes, scratch } from '../memory';

export const enum Wire {
  Varint = 0,
  Fixed64 = 1,
  Bytes = 2,
  Fixed32 = 5,
}

/** The results of `readField`: the field's number, wire type, first byte, content, and the address after it. */
export let fieldNumber: u32 = 0;
export let fieldWire: u32 = 0;
export let fieldStart: usize = 0;
export let fieldBody: usize = 0;
export let fieldEnd: usize = 0;

/** The value that `readVarint` read, and the address after it. */
export let varint: u64 = 0;
export let varintEnd: usize = 0;

const MAX_VARINT_BYTES: usize = 10;

export function readVarint(at: usize, end: usize): bool {
  let value: u64 = 0;
  let shift: u64 = 0;
  while (at < end && shift < 70) {
    const byte = load<u8>(at++);
    value |= (<u64>(byte & 0x7f)) << shift;
    if (byte < 0x80) {
      varint = value;
      varintEnd = at;
      return true;
    }
    shift += 7;
  }
  return malformed('a varint is cut short');
}

/** Reads the field at `at`. False at `end`, and also, with the call failed, when the bytes are not protobuf. */
export function readField(at: usize, end: usize): bool {
  if (at >= end) return false;
  fieldStart = at;
  let tag: u32 = load<u8>(at);
  if (tag < 0x80) {
    at++;
  } else {
    if (!readVarint(at, end)) return false;
    if (varint > <u64>u32.MAX_VALUE) return malformed('a field number is too large');
    tag = <u32>varint;
    at = varintEnd;
  }
  fieldNumber = tag >> 3;
  fieldWire = tag & 7;
  if (fieldNumber == 0) return malformed('field number 0');
  fieldBody = at;
  switch (fieldWire) {
    case Wire.Bytes: {
      const next = shortBodyEnd(at, end);
      if (next != 0) {
        fieldBody = shortBody(at);
        fieldEnd = next;
        return true;
      }
      if (!readVarint(at, end)) return false;
      if (varint > <u64>(end - varintEnd)) return malformed('a field is longer than its message');
      fieldBody = varintEnd;
      fieldEnd = varintEnd + <usize>varint;
      return true;
    }
    case Wire.Varint:
      if (!readVarint(at, end)) return false;
      fieldEnd = varintEnd;
      return true;
    case Wire.Fixed64:
      if (end - at < 8) return malformed('a 64-bit field is cut short');
      fieldEnd = at + 8;
      return true;
    case Wire.Fixed32:
      if (end - at < 4) return malformed('a 32-bit field is cut short');
      fieldEnd = at + 4;
      return true;
    default:
      return malformed('wire type ' + fieldWire.toString() + ' is not used by OTLP');
  }
}

/**
 * The address after the field at `at`, which is before `end`; 0, with the call failed, when the bytes are not
 * protobuf.
 */
export function skipField(at: usize, end: usize): usize {
  const start = at;
  const tag: u32 = load<u8>(at++);
  // Handles common shapes without a call. readField handles all others, and malformed ones. A second tag byte: field
  // numbers from 16 on, such as a span's flags.
  if (tag < 0x80 || (at < end && load<u8>(at++) - 1 < 0x7f)) {
    const wire = tag & 7;
    if (wire == Wire.Bytes) {
      const next = shortBodyEnd(at, end);
      if (next != 0) return next;
    } else if (wire == Wire.Varint) {
      const longest = min(end - at, MAX_VARINT_BYTES);
      for (let i: usize = 0; i < longest; i++) {
        if (load<u8>(at + i) < 0x80) return at + i + 1;
      }
    } else if (wire == Wire.Fixed64) {
      if (end - at >= 8) return at + 8;
    } else if (wire == Wire.Fixed32) {
      if (end - at >= 4) return at + 4;
    }
  }
  return readField(start, end) ? fieldEnd : 0;
}

/** The address after the field at `at`, from the field's first two bytes; 0 for shapes that need more bytes. */
@inline export function shortFieldEnd(at: usize, head: u32): usize {
  // Tag of one byte with its wire type, and whether the byte after it ends a varint or a length.
  const kind = head & 0x8087;
  if (kind == Wire.Bytes) return at + 2 + ((head >> 8) & 0x7f);
  if ((kind & 0x87) == Wire.Fixed64) return at + 9;
  return kind == Wire.Varint ? at + 2 : 0;
}

/**
 * The address after the content whose length is at `at`; 0 when the length takes more than two bytes or is invalid,
 * which `readField` handles. The content starts at `shortBody(at)`.
 */
@inline export function shortBodyEnd(at: usize, end: usize): usize {
  if (at >= end) return 0;
  let size: usize = load<u8>(at++);
  if (size >= 0x80) {
    if (at >= end) return 0;
    const high: usize = load<u8>(at++);
    if (high >= 0x80) return 0;
    size = (size & 0x7f) | (high << 7);
  }
  return size <= end - at ? at + size : 0;
}

/** Start of the content whose length, of one or two bytes, is at `at`. */
@inline export function shortBody(at: usize): usize {
  return at + 1 + (load<u8>(at) >> 7);
}

/** True when the field of `[at, end)` has this tag, in one byte or, as protobuf allows, in more. */
@inline export function hasTag(at: usize, end: usize, tag: u32): bool {
  const first: u32 = load<u8>(at);
  return ((first ^ tag) & 0x7f) == 0 && readsTag(first, at, end, tag);
}

function readsTag(first: u32, at: usize, end: usize, tag: u32): bool {
  return first < 0x80 ? first == tag : readVarint(at, end) && varint == tag;
}

/** True when the tag at `at`, of more than one byte, takes more bytes than it needs, or may. */
@inline export function isLongTag(at: usize): bool {
  // A second byte from 1 to 127 ends the tag of a field number from 16 on.
  return load<u8>(at, 1) - 1 >= 0x7f;
}

/** The result of `mergeFields`. Protobuf merges repeated messages: the result has the fields of all, in order. */
export let mergedStart: usize = 0;
export let mergedEnd: usize = 0;

export function setMerged(start: usize, end: usize): void {
  mergedStart = start;
  mergedEnd = end;
}

/** Joins the contents of all length-delimited fields of `[start, end)` with this number. False when memory cannot grow. */
export function mergeFields(start: usize, end: usize, number: u32): bool {
  const at = take(end - start);
  if (at == 0) return false;
  mergedStart = mergedEnd = at;
  for (let field = start; readField(field, end); field = fieldEnd) {
    if (fieldNumber != number || fieldWire != Wire.Bytes) continue;
    copyBytes(mergedEnd, fieldBody, fieldEnd - fieldBody);
    mergedEnd += fieldEnd - fieldBody;
  }
  return true;
}

/** Memory for a new field; 0, with the call failed, when memory cannot grow. */
export function take(size: usize): usize {
  const at = scratch.take(size);
  if (at == 0 && !failed()) fail('out of memory: cannot allocate a field of ' + size.toString() + ' bytes');
  return at;
}

function malformed(what: string): bool {
  fail('malformed OTLP: ' + what);
  return false;
}

/** The size of `value` as a varint, in bytes. */
export function varintSize(value: u64): usize {
  return value < 0x80 ? 1 : <usize>((70 - clz(value)) / 7);
}

/** Writes a varint and returns the address after it. */
export function putVarint(at: usize, value: u64): usize {
  while (value >= 0x80) {
    store<u8>(at++, <u8>(value | 0x80));
    value >>= 7;
  }
  store<u8>(at++, <u8>value);
  return at;
}

/** The size of a length-delimited field with `size` bytes of content. */
export function bytesFieldSize(number: u32, size: usize): usize {
  return varintSize(number << 3) + varintSize(size) + size;
}

/** Writes the tag and length of a length-delimited field and returns the address of its content. */
export function putBytesHeader(at: usize, number: u32, size: usize): usize {
  if (number < 16 && size < 0x80) {
    store<u16>(at, <u16>((number << 3) | Wire.Bytes | (<u32>size << 8)));
    return at + 2;
  }
  return putVarint(putVarint(at, (number << 3) | Wire.Bytes), size);
}

/** Writes a complete length-delimited field and returns the address after it. */
export function putBytesField(at: usize, number: u32, source: usize, size: usize): usize {
  at = putBytesHeader(at, number, size);
  copyBytes(at, source, size);
  return at + size;
}
