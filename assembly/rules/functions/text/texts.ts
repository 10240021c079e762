import { intArg, literalBool, literalText, textArg } from '../arguments';
import { Builder } from '../../values/builder';
import { argumentNode, define, hasArgument } from '../../evaluate/call';
import { lower, toCamel, toSnake, upper } from '../../text/letterCase';
import { error } from '../../values/failure';
import { Node } from '../../program/program';
import { startsRune } from '../../text/runes';
import { textLike } from '../../text/texts';
import { evaluate } from '../../evaluate/evaluate';
import { Kind, Val } from '../../values/val';

const SPACE: usize = memory.data<u8>([32]);

define('Concat', (call: Node): Val | null => {
  const delimiter = textArg(call, 1);
  if (delimiter === null) return null;
  const values = argumentNode(call, 0)!;
  const builder = new Builder();
  for (let i: u32 = 0; i < values.count; i++) {
    const value = evaluate(values.node(i));
    if (value === null) return null;
    const text = textLike(value);
    if (text === null) return null;
    if (i > 0) builder.value(delimiter);
    if (text.kind == Kind.Nil) builder.string('<nil>');
    else builder.value(text);
  }
  return builder.text();
});

function startsWith(text: Val, prefix: Val): bool {
  return text.size >= prefix.size && memory.compare(text.pointer, prefix.pointer, prefix.size) == 0;
}

function endsWith(text: Val, suffix: Val): bool {
  const from = text.size - suffix.size;
  return text.size >= suffix.size && memory.compare(text.pointer + from, suffix.pointer, suffix.size) == 0;
}

define('HasPrefix', (call: Node): Val | null => {
  const text = textArg(call, 0);
  if (text === null) return null;
  const prefix = textArg(call, 1);
  return prefix === null ? null : Val.bool(startsWith(text, prefix));
});

define('HasSuffix', (call: Node): Val | null => {
  const text = textArg(call, 0);
  if (text === null) return null;
  const suffix = textArg(call, 1);
  return suffix === null ? null : Val.bool(endsWith(text, suffix));
});

define('TrimPrefix', (call: Node): Val | null => {
  const text = textArg(call, 0);
  if (text === null) return null;
  const prefix = textArg(call, 1);
  if (prefix === null) return null;
  return startsWith(text, prefix) ? Val.text(text.pointer + prefix.size, text.size - prefix.size) : text;
});

define('TrimSuffix', (call: Node): Val | null => {
  const text = textArg(call, 0);
  if (text === null) return null;
  const suffix = textArg(call, 1);
  if (suffix === null) return null;
  return endsWith(text, suffix) ? Val.text(text.pointer, text.size - suffix.size) : text;
});

define('Trim', (call: Node): Val | null => {
  const text = textArg(call, 0);
  if (text === null) return null;
  const cut = hasArgument(call, 1) ? textArg(call, 1) : Val.text(SPACE, 1);
  if (cut === null) return null;
  let start = text.pointer;
  let end = start + text.size;
  while (start < end) {
    const size = runeLength(start, end);
    if (!isAmong(cut, start, size)) break;
    start += size;
  }
  while (end > start) {
    let from = end - 1;
    while (from > start && !startsRune(from)) from--;
    if (!isAmong(cut, from, end - from)) break;
    end = from;
  }
  return Val.text(start, end - start);
});

function runeLength(at: usize, end: usize): usize {
  let size: usize = 1;
  while (at + size < end && !startsRune(at + size)) size++;
  return size;
}

/** Whether a character is in a set. */
function isAmong(set: Val, at: usize, size: usize): bool {
  const end = set.pointer + set.size;
  for (let member = set.pointer; member < end; ) {
    const length = runeLength(member, end);
    if (length == size && memory.compare(member, at, size) == 0) return true;
    member += length;
  }
  return false;
}

define('Substring', (call: Node): Val | null => {
  const start = intArg(call, 1);
  if (start === null) return null;
  if (start.int < 0) return error('the start must not be negative');
  const length = intArg(call, 2);
  if (length === null) return null;
  if (length.int <= 0) return error('the length must be above 0');
  const text = textArg(call, 0);
  if (text === null) return null;
  if (start.int > <i64>text.size || length.int > <i64>text.size - start.int) return error('the range ends beyond the string');
  let from = text.pointer + <usize>start.int;
  let to = from + <usize>length.int;
  const end = text.pointer + text.size;
  if (literalBool(call, 3, false)) {
    while (from < end && !startsRune(from)) from++;
    while (from < to && to < end && !startsRune(to)) to--;
    if (to < from) to = from;
  }
  return Val.text(from, to - from);
});

define('ToLowerCase', (call: Node): Val | null => {
  const text = textArg(call, 0);
  return text === null ? null : lower(text);
});

define('ToUpperCase', (call: Node): Val | null => {
  const text = textArg(call, 0);
  return text === null ? null : upper(text);
});

define('ToSnakeCase', (call: Node): Val | null => {
  const text = textArg(call, 0);
  return text === null ? null : toSnake(text);
});

define('ToCamelCase', (call: Node): Val | null => {
  const text = textArg(call, 0);
  return text === null ? null : toCamel(text);
});

define('ConvertCase', (call: Node): Val | null => {
  const text = textArg(call, 0);
  if (text === null) return null;
  // lower, upper, snake or camel
  const first = load<u8>(literalText(call, 1, text).pointer);
  if (first == 108) return lower(text);
  if (first == 117) return upper(text);
  return first == 115 ? toSnake(text) : toCamel(text);
});

