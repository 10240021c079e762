import { Builder } from '../values/builder';
import { error } from '../values/failure';
import { REPLACEMENT, isBroken, runeAt, runeSize } from './runes';
import { Val } from '../values/val';

/** Decodes a text that is not in UTF-8. */
export function decodeText(bytes: Val, encoding: Val): Val | null {
  const name = String.UTF8.decodeUnsafe(encoding.pointer, encoding.size).toLowerCase();
  if (name == 'utf-8' || name == 'utf8' || name == 'us-ascii' || name == 'ascii') return valid(bytes);
  if (name == 'iso-8859-1' || name == 'latin1') return fromLatin1(bytes);
  if (name == 'utf-16' || name == 'utf16' || name == 'utf-16be') return fromUtf16(bytes, true);
  if (name == 'utf-16le') return fromUtf16(bytes, false);
  return error('the encoding ' + name + ' is not supported');
}

function valid(bytes: Val): Val {
  const builder = new Builder(bytes.size);
  const end = bytes.pointer + bytes.size;
  for (let at = bytes.pointer; at < end; at += runeSize) {
    const code = runeAt(at, end);
    builder.rune(isBroken ? REPLACEMENT : code);
  }
  return builder.text();
}

function fromLatin1(bytes: Val): Val {
  const builder = new Builder(bytes.size << 1);
  for (let i: usize = 0; i < bytes.size; i++) builder.rune(load<u8>(bytes.pointer + i));
  return builder.text();
}

function fromUtf16(bytes: Val, bigEndian: bool): Val {
  const builder = new Builder(bytes.size << 1);
  for (let i: usize = 0; i + 1 < bytes.size; i += 2) {
    let unit: u32 = load<u16>(bytes.pointer + i);
    if (bigEndian) unit = ((unit & 255) << 8) | (unit >> 8);
    if ((unit & 0xfc00) == 0xd800 && i + 3 < bytes.size) {
      let low: u32 = load<u16>(bytes.pointer + i + 2);
      if (bigEndian) low = ((low & 255) << 8) | (low >> 8);
      if ((low & 0xfc00) == 0xdc00) {
        builder.rune(0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff));
        i += 2;
        continue;
      }
    }
    builder.rune((unit & 0xf800) == 0xd800 ? REPLACEMENT : unit);
  }
  return builder.text();
}
