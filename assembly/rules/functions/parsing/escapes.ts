/** Percent-encoding in URLs, like Go's net/url. */
import { byteAt, isText, part, placeOf } from './pieces';
import { Builder } from '../../values/builder';
import { Val } from '../../values/val';
import { hex } from './clf';

/** The bytes that a part of a URL does not escape, besides letters, digits and `-_.~`. */
export const PATH: string = '$&+,/:;=@';
export const USER: string = '$&+,;=';
export const FRAGMENT: string = '$&+,/:;=?@!()*';
export const HOST: string = '!$&\'()*+,;=:[]<>"';
export const QUERY: string = '';

const DIGITS: string = '0123456789ABCDEF';

/** Whether the last text for `unescaped` was well-formed. */
export let isWellFormed: bool = true;

export function escaped(text: Val, plain: string): Val {
  const builder = new Builder(text.size);
  for (let i: usize = 0; i < text.size; i++) {
    const byte = byteAt(text, i);
    if (isPlain(byte, plain)) {
      builder.byte(byte);
      continue;
    }
    builder.byte(37);
    builder.byte(DIGITS.charCodeAt(byte >> 4));
    builder.byte(DIGITS.charCodeAt(byte & 15));
  }
  return builder.text();
}

export function isPlain(byte: u32, plain: string): bool {
  if ((byte | 32) - 97 < 26 || byte - 48 < 10 || byte == 45 || byte == 95 || byte == 46 || byte == 126) return true;
  return byte < 0x80 && plain.indexOf(String.fromCharCode(byte)) >= 0;
}

/** Unescapes a text. A host must not escape ASCII bytes except as `%25`; the zone after it may escape more of them. */
export function unescaped(text: Val, plain: string, isZone: bool = false): Val {
  isWellFormed = true;
  const isHost = plain == HOST;
  if (!isHost && placeOf(text, 37) == text.size && (plain != QUERY || placeOf(text, 43) == text.size)) return text;
  const builder = new Builder(text.size);
  for (let i: usize = 0; i < text.size; i++) {
    let byte = byteAt(text, i);
    if (byte == 37) {
      if (i + 2 >= text.size || hex(byteAt(text, i + 1)) > 15 || hex(byteAt(text, i + 2)) > 15) return bad(text);
      byte = (hex(byteAt(text, i + 1)) << 4) | hex(byteAt(text, i + 2));
      if (isHost && !isText(part(text, i, i + 3), '%25')) {
        if (isZone ? byte != 32 && !isPlain(byte, HOST) : byte < 0x80) return bad(text);
      }
      i += 2;
    } else if (isHost && byte < 0x80 && !isPlain(byte, HOST)) return bad(text);
    else if (byte == 43 && plain == QUERY) byte = 32;
    builder.byte(byte);
  }
  return builder.text();
}

function bad(text: Val): Val {
  isWellFormed = false;
  return text;
}
