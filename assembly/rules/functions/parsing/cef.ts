import { byteAt, entry, find, part, placeOf } from './pieces';
import { textArg } from '../arguments';
import { Builder } from '../../values/builder';
import { define } from '../../evaluate/call';
import { withEntry } from '../../values/copies';
import { RunBuilder } from '../../values/runBuilder';
import { error } from '../../values/failure';
import { Node } from '../../program/program';
import { Kind, VALUES_TAG, Val } from '../../values/val';

const NAMES: StaticArray<string> = [
  'version', 'device_vendor', 'device_product', 'device_version', 'device_event_class_id', 'name', 'severity',
];
const BACKSLASH: u32 = 92;
const PIPE: u32 = 124;

define('ParseCEF', (call: Node): Val | null => {
  const text = textArg(call, 0);
  if (text === null) return null;
  const start = find(text, 'CEF:');
  if (start < 0) return error('the string is not a CEF message');
  const builder = new RunBuilder();
  let from = <usize>start + 4;
  for (let i = 0; i < NAMES.length; i++) {
    if (from > text.size) return error('a CEF message must have seven fields before its extensions');
    const to = fieldEnd(text, from);
    const field = part(text, from, to);
    if (i == 0 && field.size == 0) return error('the CEF message has no version');
    entry(builder, 'cef.' + NAMES[i], i == 0 ? field : unescaped(field, false));
    from = to + 1;
  }
  entry(builder, 'cef.extensions', extensions(part(text, min(from, text.size), text.size)));
  return builder.end(Kind.Map);
});

/** The offset of the next bar without a backslash before it. */
function fieldEnd(text: Val, from: usize): usize {
  let at = from;
  for (; at < text.size && byteAt(text, at) != PIPE; at++) {
    if (byteAt(text, at) == BACKSLASH && at + 1 < text.size && (byteAt(text, at + 1) == PIPE || byteAt(text, at + 1) == BACKSLASH)) at++;
  }
  return at;
}

/** Parses keys and values. A key is at the beginning or after a blank, and ends with an equals sign. */
function extensions(text: Val): Val {
  let map = Val.run(Kind.Map, VALUES_TAG, 0, 0);
  let key = part(text, 0, 0);
  let valueAt: usize = 0;
  for (let at: usize = 0; at < text.size; ) {
    const size = at == 0 || byteAt(text, at - 1) == 32 ? keySize(text, at) : 0;
    if (size == 0) {
      at++;
      continue;
    }
    if (key.size > 0) map = withValue(map, key, part(text, valueAt, at));
    key = part(text, at, at + size);
    at = valueAt = at + size + 1;
  }
  return key.size > 0 ? withValue(map, key, part(text, valueAt, text.size)) : map;
}

function keySize(text: Val, from: usize): usize {
  let at = from;
  while (at < text.size && isKeyByte(byteAt(text, at))) at++;
  return at < text.size && byteAt(text, at) == 61 ? at - from : 0;
}

function isKeyByte(byte: u32): bool {
  return (byte | 32) - 97 < 26 || byte - 48 < 10 || byte == 95;
}

function withValue(map: Val, key: Val, value: Val): Val {
  while (value.size > 0 && byteAt(value, value.size - 1) == 32) value = part(value, 0, value.size - 1);
  return withEntry(map, key.pointer, key.size, unescaped(value, true));
}

/** Removes escapes. In values, line breaks and equals signs can be escaped too. */
function unescaped(text: Val, ofValue: bool): Val {
  if (placeOf(text, BACKSLASH) == text.size) return text;
  const builder = new Builder(text.size);
  for (let at: usize = 0; at < text.size; at++) {
    const byte = byteAt(text, at);
    const next: u32 = byte == BACKSLASH && at + 1 < text.size ? byteAt(text, at + 1) : 0;
    let plain: u32 = 0;
    if (next == BACKSLASH || next == (ofValue ? 61 : PIPE)) plain = next;
    else if (ofValue && next == 110) plain = 10;
    else if (ofValue && next == 114) plain = 13;
    builder.byte(plain == 0 ? byte : plain);
    if (plain != 0) at++;
  }
  return builder.text();
}
