/** Templates of URLs, paths and similar texts: numbers and ids become placeholders. */
import { Region, Text, fail } from 'otelwasm/assembly';

/** Kinds of bytes, as bits. */
const DIGIT: u32 = 1;
/** A to f. */
const HEX: u32 = 2;
/** Any other letter, and bytes of non-ASCII characters. */
const LETTER: u32 = 4;
/** Between segments. */
const SEPARATOR: u32 = 8;
/** Between the parts of a segment. */
const JOINER: u32 = 16;

const CLASSES: usize = memory.data(256);
for (let byte: u32 = 0; byte < 256; byte++) store<u8>(CLASSES + byte, <u8>classOf(byte));

function classOf(byte: u32): u32 {
  if (byte - 0x30 < 10) return DIGIT;
  if ((byte | 0x20) - 0x61 < 6) return HEX;
  if ((byte | 0x20) - 0x61 < 26 || byte >= 0x80) return LETTER;
  return ' /?&=#\t\n'.includes(String.fromCharCode(byte)) ? SEPARATOR : JOINER;
}

function isA(classes: u32, at: usize): bool {
  return (load<u8>(CLASSES + load<u8>(at)) & classes) != 0;
}

const enum Kind {
  None = -1,
  Number = 0,
  Uuid = 1,
  Hex = 2,
  Hash = 3,
}

/** The placeholders of a number, a UUID, an id in hexadecimal digits, a hash: in the order of `Kind`. */
export const PLACEHOLDERS: Text[] = [
  Text.of('{number}'),
  Text.of('{uuid}'),
  Text.of('{hex}'),
  Text.of('{hash}'),
];

const LEAST_DIGITS: usize = 4;
const LEAST_HEX: usize = 8;
const LEAST_HASH: usize = 32;
const UUID: usize = 36;
const SLASH: u32 = 0x2f;
const COLON: u32 = 0x3a;

const out = new Region();
const view = new Text();
/** Everything before this address was written or dropped. */
let copied: usize = 0;
let changed: bool = false;

/** The text's template, valid until the next call. The same object when nothing is replaced. */
export function templateOfUrl(text: Text): Text {
  const start = text.pointer;
  const end = start + text.size;
  changed = false;
  copied = start;
  for (let at = start; at < end;) {
    const segment = at;
    let classes: u32 = 0;
    for (; at < end; at++) {
      const found: u32 = load<u8>(CLASSES + load<u8>(at));
      if (found == SEPARATOR) break;
      classes |= found;
    }
    if (classes & DIGIT || at - segment >= LEAST_HASH) readSegment(segment, at, classes);
    // A host and its port, after ://, are skipped.
    if (end - at >= 2 && at > start && load<u16>(at) == 0x2f2f && load<u8>(at - 1) == COLON) {
      for (at += 2; at < end && !isA(SEPARATOR, at); at++);
    }
    if (at < end) at++;
  }
  if (!changed) return text;
  if (!out.append(copied, end - copied)) outOfMemory();
  return view.bind(out.pointer, out.length);
}

function readSegment(start: usize, end: usize, classes: u32): void {
  // Without a letter it is one number: 5, 1.25, 2026-11-28, 10.0.0.1.
  if (!(classes & (LETTER | HEX))) return put(Kind.Number, start, end);
  // Too short for any other kind, e.g. v1.
  if (end - start < LEAST_DIGITS) return;
  for (let at = start; at < end;) {
    if (isA(JOINER, at)) {
      at = afterJoiner(at, end);
      continue;
    }
    if (isUuid(at, end)) {
      put(Kind.Uuid, at, at + UUID);
      at += UUID;
      continue;
    }
    const part = at;
    let found: u32 = 0;
    for (; at < end && !isA(JOINER, at); at++) found |= load<u8>(CLASSES + load<u8>(at));
    const kind = kindOf(part, at - part, found);
    if (kind != Kind.None) put(kind, part, at);
  }
}

/** Skips a `%` together with the two digits after it. */
function afterJoiner(at: usize, end: usize): usize {
  const isEscape =
    load<u8>(at) == 0x25 && end - at >= 3 && isA(DIGIT | HEX, at + 1) && isA(DIGIT | HEX, at + 2);
  return isEscape ? at + 3 : at + 1;
}

function kindOf(at: usize, size: usize, classes: u32): Kind {
  if (classes == DIGIT)
    return size >= LEAST_DIGITS ? (isHashSize(size) ? Kind.Hash : Kind.Number) : Kind.None;
  if (classes & LETTER) {
    const isPrefixed = size > 2 && (load<u16>(at) | 0x2000) == 0x7830;
    return isPrefixed && isHex(at + 2, at + size) ? Kind.Hex : Kind.None;
  }
  if (isHashSize(size)) return Kind.Hash;
  return size >= LEAST_HEX && (classes & DIGIT) != 0 ? Kind.Hex : Kind.None;
}

/** MD5, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512. */
function isHashSize(size: usize): bool {
  return size == 32 || size == 40 || size == 56 || size == 64 || size == 96 || size == 128;
}

function isHex(at: usize, end: usize): bool {
  for (; at < end; at++) {
    if (!isA(DIGIT | HEX, at)) return false;
  }
  return true;
}

/** Five groups of 8, 4, 4, 4 and 12 hexadecimal digits, and no further ones. */
function isUuid(at: usize, end: usize): bool {
  if (end - at < UUID || (end - at > UUID && !isA(JOINER, at + UUID))) return false;
  for (let i: usize = 0; i < UUID; i++) {
    const isDash = i == 8 || i == 13 || i == 18 || i == 23;
    if (isDash ? load<u8>(at + i) != 0x2d : !isA(DIGIT | HEX, at + i)) return false;
  }
  return true;
}

function put(kind: Kind, start: usize, end: usize): void {
  if (!changed) out.length = 0;
  changed = true;
  const placeholder = PLACEHOLDERS[kind];
  if (!out.append(copied, start - copied) || !out.append(placeholder.pointer, placeholder.size))
    outOfMemory();
  copied = end;
}

function outOfMemory(): void {
  fail('out of memory: cannot allocate a template');
}
