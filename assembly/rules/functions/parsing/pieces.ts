/** Helpers that the parsers share. */
import { sameBytes } from 'otelwasm/assembly/text';
import { arena } from '../../values/arena';
import { RunBuilder } from '../../values/runBuilder';
import { textOf } from '../../text/texts';
import { Val } from '../../values/val';

/** The part `[from, to)` of a text. */
export function part(text: Val, from: usize, to: usize): Val {
  return Val.text(text.pointer + from, to - from);
}

/** The offset of a byte at or after `from`; the size of the text if it is missing. */
export function placeOf(text: Val, byte: u32, from: usize = 0): usize {
  let at = from;
  while (at < text.size && load<u8>(text.pointer + at) != byte) at++;
  return at;
}

@inline export function byteAt(text: Val, at: usize): u32 {
  return load<u8>(text.pointer + at);
}

export function startsWith(text: Val, start: string, from: usize = 0): bool {
  const size = <usize>start.length;
  if (from + size > text.size) return false;
  for (let i: usize = 0; i < size; i++) if (byteAt(text, from + i) != <u32>start.charCodeAt(<i32>i)) return false;
  return true;
}

/** The offset of an ASCII text in another text; -1 if it is missing. */
export function find(text: Val, wanted: string): i32 {
  for (let at: usize = 0; at < text.size; at++) if (startsWith(text, wanted, at)) return <i32>at;
  return -1;
}

export function isText(text: Val, wanted: string): bool {
  return text.size == <usize>wanted.length && startsWith(text, wanted);
}

/** Whether a text equals a name, ignoring case. */
export function isName(text: Val, wanted: string): bool {
  if (text.size != <usize>wanted.length) return false;
  for (let i: usize = 0; i < text.size; i++) {
    const byte = byteAt(text, i);
    const letter = byte - 65 < 26 ? byte + 32 : byte;
    if (letter != <u32>wanted.charCodeAt(<i32>i)) return false;
  }
  return true;
}

/** A text without ASCII white space around it. */
export function trimmed(text: Val): Val {
  let from: usize = 0;
  let to = text.size;
  while (from < to && isSpace(byteAt(text, from))) from++;
  while (to > from && isSpace(byteAt(text, to - 1))) to--;
  return part(text, from, to);
}

export function isSpace(byte: u32): bool {
  return byte == 32 || byte - 9 < 5;
}

export function entry(to: RunBuilder, key: string, value: Val): void {
  const name = textOf(key);
  to.entry(name.pointer, name.size, value);
}

export function equalTexts(a: Val, b: Val): bool {
  return a.size == b.size && sameBytes(a.pointer, b.pointer, a.size);
}

/** Concatenates two texts. */
export function concatTexts(a: Val, b: Val): Val {
  const at = arena.take(a.size + b.size);
  memory.copy(at, a.pointer, a.size);
  memory.copy(at + a.size, b.pointer, b.size);
  return Val.text(at, a.size + b.size);
}
