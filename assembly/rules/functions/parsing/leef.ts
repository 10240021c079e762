import { hex } from './clf';
import { byteAt, entry, find, isText, part, placeOf } from './pieces';
import { textArg } from '../arguments';
import { define } from '../../evaluate/call';
import { withEntry } from '../../values/copies';
import { RunBuilder } from '../../values/runBuilder';
import { error } from '../../values/failure';
import { Node } from '../../program/program';
import { Kind, VALUES_TAG, Val } from '../../values/val';

const NAMES: StaticArray<string> = ['version', 'vendor', 'product.name', 'product.version', 'event.id'];
const PIPE: u32 = 124;
const EQUALS: u32 = 61;
const TAB: u32 = 9;
const NONE: u32 = 256;

define('ParseLEEF', (call: Node): Val | null => {
  const text = textArg(call, 0);
  if (text === null) return null;
  const start = find(text, 'LEEF:');
  if (start < 0) return error('the string is not a LEEF message');
  const builder = new RunBuilder();
  let from = <usize>start + 5;
  let isSecond = false;
  for (let i = 0; i < NAMES.length; i++) {
    if (from > text.size) return error('a LEEF message must have a version and four fields');
    const to = placeOf(text, PIPE, from);
    const field = part(text, from, to);
    entry(builder, 'leef.' + NAMES[i], field);
    from = to + 1;
    if (i > 0) continue;
    isSecond = isText(field, '2.0');
    if (!isSecond && !isText(field, '1.0')) return error('the LEEF version must be 1.0 or 2.0');
  }
  let rest = part(text, min(from, text.size), text.size);
  let delimiter = TAB;
  if (isSecond && from <= text.size) {
    const end = placeOf(rest, PIPE);
    const named = part(rest, 0, end);
    // A field with an equals sign is the first attribute, not a delimiter.
    if (placeOf(named, EQUALS) == named.size) {
      delimiter = delimiterOf(named);
      if (delimiter == NONE) return error('the delimiter must be one byte, or 0x and hexadecimal digits');
      rest = part(rest, min(end + 1, rest.size), rest.size);
    }
  }
  entry(builder, 'leef.attributes', attributes(rest, delimiter));
  return builder.end(Kind.Map);
});

function delimiterOf(text: Val): u32 {
  if (text.size == 0) return TAB;
  if (text.size >= 2 && byteAt(text, 0) == 48 && (byteAt(text, 1) | 32) == 120) {
    if (text.size != 4 || hex(byteAt(text, 2)) > 15 || hex(byteAt(text, 3)) > 15) return NONE;
    return (hex(byteAt(text, 2)) << 4) | hex(byteAt(text, 3));
  }
  return text.size == 1 ? byteAt(text, 0) : NONE;
}

/** Parses keys and values. Skips pairs without an equals sign or a key; the last value of a key counts. */
function attributes(text: Val, delimiter: u32): Val {
  let map = Val.run(Kind.Map, VALUES_TAG, 0, 0);
  for (let at: usize = 0; at < text.size; at++) {
    const from = at;
    at = placeOf(text, delimiter, from);
    const pair = part(text, from, at);
    const equals = placeOf(pair, EQUALS);
    if (equals == 0 || equals == pair.size) continue;
    map = withEntry(map, pair.pointer, equals, part(pair, equals + 1, pair.size));
  }
  return map;
}
