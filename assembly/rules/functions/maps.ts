import { mapArg, textArg, literalBool, literalText } from './arguments';
import { define } from '../evaluate/call';
import { compareBytes } from '../values/compare';
import { Builder } from '../values/builder';
import { decode } from '../values/anyValue';
import { withEntry } from '../values/copies';
import { elementCount, entryEnd, keyPointer, keySize, showEntry, valueEnd, valueStart } from '../values/entries';
import { RunBuilder } from '../values/runBuilder';
import { error } from '../values/failure';
import { readJson } from '../text/jsonReader';
import { Node } from '../program/program';
import { asText, textOf } from '../text/texts';
import { indexIn } from './lists';
import { Kind, VALUES_TAG, Val } from '../values/val';

define('Keys', (call: Node): Val | null => {
  const map = mapArg(call, 0);
  if (map === null) return null;
  const builder = new RunBuilder();
  const end = map.pointer + map.size;
  for (let at = map.pointer; showEntry(at, end); at = entryEnd) builder.element(Val.text(keyPointer, keySize));
  return builder.end(Kind.List);
});

define('Values', (call: Node): Val | null => {
  const map = mapArg(call, 0);
  if (map === null) return null;
  const builder = new RunBuilder();
  const end = map.pointer + map.size;
  for (let at = map.pointer; showEntry(at, end); at = entryEnd) builder.element(decode(valueStart, valueEnd));
  return builder.end(Kind.List);
});

define('ParseJSON', (call: Node): Val | null => {
  const text = textArg(call, 0);
  return text === null ? null : readJson(text);
});

// Arguments: text, delimiter, pair delimiter.
define('ParseKeyValue', (call: Node): Val | null => {
  const text = textArg(call, 0);
  if (text === null) return null;
  if (text.size == 0) return error('an empty string has no pairs');
  const delimiter = literalText(call, 1, textOf('='));
  const between = literalText(call, 2, textOf(' '));
  let map = Val.run(Kind.Map, VALUES_TAG, 0, 0);
  let at: usize = 0;
  while (at <= text.size) {
    // Delimiters inside quotes are part of the text.
    const start = at;
    let quote: u32 = 0;
    while (at < text.size) {
      const byte: u32 = load<u8>(text.pointer + at);
      if (quote != 0) {
        if (byte == quote) quote = 0;
      } else if (byte == 34 || byte == 39) quote = byte;
      else if (isAt(text, between, at)) break;
      at++;
    }
    if (quote != 0) return error('a quote is not closed');
    const pair = trimmed(Val.text(text.pointer + start, at - start));
    at += between.size;
    if (pair.size == 0) continue;
    const split = delimiterIn(pair, delimiter);
    if (split < 0) return error('a pair has no delimiter');
    const key = unquoted(trimmed(Val.text(pair.pointer, <usize>split)));
    const from = <usize>split + delimiter.size;
    const value = unquoted(trimmed(Val.text(pair.pointer + from, pair.size - from)));
    map = withEntry(map, key.pointer, key.size, value);
  }
  return map;
});

function delimiterIn(pair: Val, delimiter: Val): i64 {
  return indexIn(pair, delimiter, 0);
}

function isAt(text: Val, part: Val, at: usize): bool {
  return at + part.size <= text.size && memory.compare(text.pointer + at, part.pointer, part.size) == 0;
}

function trimmed(text: Val): Val {
  let start = text.pointer;
  let end = start + text.size;
  while (start < end && isSpace(load<u8>(start))) start++;
  while (start < end && isSpace(load<u8>(end - 1))) end--;
  return Val.text(start, end - start);
}

function isSpace(byte: u32): bool {
  return byte == 32 || (byte >= 9 && byte <= 13);
}

function unquoted(text: Val): Val {
  if (text.size < 2) return text;
  const first = load<u8>(text.pointer);
  if ((first != 34 && first != 39) || load<u8>(text.pointer + text.size - 1) != first) return text;
  return Val.text(text.pointer + 1, text.size - 2);
}

// Arguments: map, delimiter, pair delimiter, whether to sort the keys.
define('ToKeyValueString', (call: Node): Val | null => {
  const map = mapArg(call, 0);
  if (map === null) return null;
  const delimiter = literalText(call, 1, textOf('='));
  const between = literalText(call, 2, textOf(' '));
  const count = elementCount(map);
  const keys = new StaticArray<Val>(count);
  const values = new StaticArray<Val>(count);
  let index = 0;
  const end = map.pointer + map.size;
  const sorts = literalBool(call, 3, false);
  for (let at = map.pointer; showEntry(at, end); at = entryEnd) {
    const key = Val.text(keyPointer, keySize);
    const value = decode(valueStart, valueEnd);
    let place = index++;
    while (sorts && place > 0 && compareBytes(keys[place - 1], key) > 0) {
      keys[place] = keys[place - 1];
      values[place] = values[place - 1];
      place--;
    }
    keys[place] = key;
    values[place] = value;
  }
  const builder = new Builder();
  for (let i = 0; i < count; i++) {
    if (i > 0) builder.value(between);
    putQuoted(builder, keys[i], delimiter, between);
    builder.value(delimiter);
    putQuoted(builder, asText(values[i])!, delimiter, between);
  }
  return builder.text();
});

/** Writes a text, in quotes if it contains a delimiter. Quotes in the text are escaped with a backslash. */
function putQuoted(to: Builder, text: Val, delimiter: Val, between: Val): void {
  const needed = indexIn(text, delimiter, 0) >= 0 || indexIn(text, between, 0) >= 0;
  if (needed) to.byte(34);
  for (let i: usize = 0; i < text.size; i++) {
    const byte = load<u8>(text.pointer + i);
    if (byte == 34) to.byte(92);
    to.byte(byte);
  }
  if (needed) to.byte(34);
}
