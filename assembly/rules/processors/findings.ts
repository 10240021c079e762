/** Records what `redaction` did to a map, and reports it in attributes. */
import { Builder } from '../values/builder';
import { compareBytes } from '../values/compare';
import { decode } from '../values/anyValue';
import { withEntry } from '../values/copies';
import { findEntry, valueEnd, valueStart } from '../values/entries';
import { textOf } from '../text/texts';
import { Kind, Val } from '../values/val';

/** The level of detail of the report. Keep in step with src/rules/processors/redaction.ts. */
const enum Summary {
  Silent,
  Info,
  Debug,
}

export const redactedKeys: Val[] = [];
export const maskedKeys: Val[] = [];
export const allowedKeys: Val[] = [];
export const ignoredKeys: Val[] = [];

export function begin(): void {
  redactedKeys.length = maskedKeys.length = allowedKeys.length = ignoredKeys.length = 0;
}

/** Names for places without a key. */
export namespace Found {
  export function body(): Val {
    return textOf('body');
  }

  export function place(index: i32): Val {
    return textOf('[' + index.toString() + ']');
  }
}

/** The attributes with the report added, under keys that begin with `redaction.` and `what`. */
export function withFinding(map: Val, what: string, summary: i32): Val {
  map = withKeys(map, redactedKeys, what + 'redacted', summary, true);
  map = withKeys(map, maskedKeys, what + 'masked', summary, true);
  map = withKeys(map, allowedKeys, what + 'allowed', summary, true);
  return withKeys(map, ignoredKeys, what + 'ignored', summary, false);
}

function withKeys(map: Val, keys: Val[], what: string, summary: i32, names: bool): Val {
  if (keys.length == 0 || summary == Summary.Silent) return map;
  let count: i64 = keys.length;
  if (names && summary == Summary.Debug) {
    const name = textOf('redaction.' + what + '.keys');
    if (findEntry(map, name.pointer, name.size)) addParts(keys, decode(valueStart, valueEnd));
    const list = joined(keys);
    map = withEntry(map, name.pointer, name.size, list);
  }
  const name = textOf('redaction.' + what + '.count');
  if (findEntry(map, name.pointer, name.size)) {
    const before = decode(valueStart, valueEnd);
    if (before.kind == Kind.Int) count += before.int;
  }
  return withEntry(map, name.pointer, name.size, Val.int(count));
}

/** Splits a text at its commas. */
function addParts(to: Val[], text: Val): void {
  if (text.kind != Kind.Text || text.size == 0) return;
  const end = text.pointer + text.size;
  for (let at = text.pointer; at <= end; at++) {
    const start = at;
    while (at < end && load<u8>(at) != 44) at++;
    to.push(Val.text(start, at - start));
  }
}

/** The sorted keys, separated by commas. */
function joined(keys: Val[]): Val {
  const builder = new Builder();
  keys.sort((a: Val, b: Val): i32 => compareBytes(a, b));
  for (let i = 0; i < keys.length; i++) {
    if (i > 0) builder.byte(44);
    builder.value(keys[i]);
  }
  return builder.text();
}
