import { Builder } from '../values/builder';
import { Val } from '../values/val';

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

/** Decodes base64 like Go: it skips line breaks. Returns null for malformed text. */
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
