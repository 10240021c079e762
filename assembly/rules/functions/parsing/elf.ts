import { byteAt, entry, isName, isSpace, part, placeOf, trimmed } from './pieces';
import { textArg } from '../arguments';
import { Builder } from '../../values/builder';
import { define } from '../../evaluate/call';
import { withEntry } from '../../values/copies';
import { findEntry } from '../../values/entries';
import { RunBuilder } from '../../values/runBuilder';
import { error } from '../../values/failure';
import { Node } from '../../program/program';
import { textOf } from '../../text/texts';
import { Kind, VALUES_TAG, Val } from '../../values/val';

const QUOTE: u32 = 34;

/** Directives except `Fields`, and the keys for their values. */
const DIRECTIVES: StaticArray<string> = ['version', 'software', 'date', 'start-date', 'end-date', 'remark'];
const KEYS: StaticArray<string> = ['version', 'software', 'date', 'start_date', 'end_date', 'remark'];

let fields: Val[] = [];
let values: Val[] = [];
let result: Val = changetype<Val>(<usize>0);

define('ParseELF', (call: Node): Val | null => {
  const text = textArg(call, 0);
  if (text === null) return null;
  if (text.size == 0) return error('an empty string is not a log');
  fields = [];
  result = Val.run(Kind.Map, VALUES_TAG, 0, 0);
  const entries = new RunBuilder();
  for (let at: usize = 0; at < text.size; at++) {
    const from = at;
    while (at < text.size && byteAt(text, at) != 10 && byteAt(text, at) != 13) at++;
    const line = trimmed(part(text, from, at));
    if (line.size == 0) continue;
    if (byteAt(line, 0) == 35) {
      if (!readDirective(part(line, 1, line.size))) return error('#Fields must be followed by a colon');
    } else {
      if (fields.length == 0) return error('an entry precedes #Fields');
      if (!readValues(line)) return error('a quote is not closed');
      entries.element(entryOf());
    }
  }
  if (result.size == 0 || !hasVersion(result)) return error('#Version is missing');
  const names = new RunBuilder();
  for (let i = 0; i < fields.length; i++) names.element(fields[i]);
  const builder = new RunBuilder();
  entry(builder, 'elf.entries', entries.end(Kind.List));
  builder.copy(result.pointer, result.pointer + result.size);
  entry(builder, 'elf.fields', names.end(Kind.List));
  return builder.end(Kind.Map);
});

function hasVersion(map: Val): bool {
  const key = textOf('elf.version');
  return findEntry(map, key.pointer, key.size);
}

/** Reads a directive. Unknown ones and those without a colon are ignored, but `Fields` without one returns false. */
function readDirective(body: Val): bool {
  const colon = placeOf(body, 58);
  if (colon == body.size) {
    const name = trimmed(body);
    return !(name.size >= 6 && isName(part(name, 0, 6), 'fields'));
  }
  const name = trimmed(part(body, 0, colon));
  const value = trimmed(part(body, colon + 1, body.size));
  if (isName(name, 'fields')) {
    fields = [];
    for (let at: usize = 0; at < value.size; at++) {
      const from = at;
      while (at < value.size && !isSpace(byteAt(value, at))) at++;
      if (at > from) fields.push(part(value, from, at));
    }
    return true;
  }
  for (let i = 0; i < DIRECTIVES.length; i++) {
    if (!isName(name, DIRECTIVES[i])) continue;
    const key = textOf('elf.' + KEYS[i]);
    result = withEntry(result, key.pointer, key.size, value);
  }
  return true;
}

/** Splits a line into values. A value in quotes may contain blanks, and two quotes are one quote. */
function readValues(line: Val): bool {
  values = [];
  for (let at: usize = 0; at < line.size; ) {
    const byte = byteAt(line, at);
    if (byte == 32 || byte == 9) {
      at++;
    } else if (byte != QUOTE) {
      const from = at;
      while (at < line.size && byteAt(line, at) != 32 && byteAt(line, at) != 9) at++;
      values.push(part(line, from, at));
    } else {
      const builder = new Builder();
      let ends = false;
      for (at++; at < line.size && !ends; at++) {
        if (byteAt(line, at) != QUOTE) builder.byte(byteAt(line, at));
        else if (at + 1 < line.size && byteAt(line, at + 1) == QUOTE) builder.byte(byteAt(line, at++));
        else ends = true;
      }
      if (!ends) return false;
      values.push(builder.text());
    }
  }
  return true;
}

/** The fields with their values, "-" for missing values. */
function entryOf(): Val {
  let map = Val.run(Kind.Map, VALUES_TAG, 0, 0);
  for (let i = 0; i < fields.length; i++) {
    const value = i < values.length ? values[i] : textOf('-');
    map = withEntry(map, fields[i].pointer, fields[i].size, value);
  }
  return map;
}
