import { Text } from 'otelwasm/assembly/text';
import { anyArg, literalText, mapArg, textArg, textLikeArg } from '../arguments';
import { assign } from '../editors';
import { Builder } from '../../values/builder';
import { argumentNode, define, hasArgument } from '../../evaluate/call';
import { decode } from '../../values/anyValue';
import { withEntry } from '../../values/copies';
import { entryEnd, entryStart, keyPointer, keySize, showEntry, valueEnd, valueStart } from '../../values/entries';
import { RunBuilder } from '../../values/runBuilder';
import { error } from '../../values/failure';
import { setParameter, lambdaResult } from '../../evaluate/lambdas';
import { Op } from '../../program/ops';
import { expandedTemplate, matches, patternOf, replaced } from '../../text/patterns';
import { Node } from '../../program/program';
import { FALSE, Kind, NIL, VALUES_TAG, Val } from '../../values/val';

// Arguments of replace_pattern and replace_match: target, pattern, replacement, function, format.
const FUNCTION: u32 = 3;
/** The first word with a group name in a pattern's node: one per group, empty for unnamed groups. */
const NAMES: u32 = 3;

define('IsMatch', (call: Node): Val | null => {
  const text = textLikeArg(call, 0);
  if (text === null) return null;
  return text.kind == Kind.Nil ? FALSE : Val.bool(matches(argumentNode(call, 1)!, text));
});

function hasNames(node: Node): bool {
  for (let i: u32 = 1; i < node.count - NAMES; i++) if (node.node(NAMES + i).constant.size > 0) return true;
  return false;
}

define('ExtractPatterns', (call: Node): Val | null => {
  const text = textArg(call, 0);
  if (text === null) return null;
  const pattern = patternOf(argumentNode(call, 1)!);
  let map = Val.run(Kind.Map, VALUES_TAG, 0, 0);
  if (!hasNames(argumentNode(call, 1)!)) return error('the pattern has no named group, such as (?P<name>...)');
  if (!pattern.find(new Text().bind(text.pointer, text.size))) return map;
  const node = argumentNode(call, 1)!;
  for (let i: u32 = 1; i < node.count - NAMES; i++) {
    const name = node.node(NAMES + i).constant;
    if (name.size == 0) continue;
    const group = pattern.group(i);
    map = withEntry(map, name.pointer, name.size, Val.text(group.pointer, group.size));
  }
  return map;
});

function keepMatching(call: Node, wanted: bool): Val | null {
  const map = mapArg(call, 0);
  if (map === null) return null;
  const pattern = argumentNode(call, 1)!;
  const builder = new RunBuilder();
  const end = map.pointer + map.size;
  for (let at = map.pointer; showEntry(at, end); at = entryEnd) {
    if (matches(pattern, Val.text(keyPointer, keySize)) == wanted) builder.copy(entryStart, entryEnd);
  }
  return assign(call, builder.end(Kind.Map, map.tag));
}

define('delete_matching_keys', (call: Node): Val | null => keepMatching(call, false));
define('keep_matching_keys', (call: Node): Val | null => keepMatching(call, true));


define('replace_pattern', (call: Node): Val | null => {
  const value = anyArg(call, 0);
  if (value === null) return null;
  if (value.kind == Kind.Nil) return NIL;
  const template = textArg(call, 2);
  if (template === null) return null;
  if (value.kind != Kind.Text) return NIL;
  const result = replacedBy(call, 1, 2, value, template);
  if (result === null) return null;
  return result === value ? NIL : assign(call, result);
});

/** Replaces the matches in a text, or returns the same text. The replacement is followed by function and format. */
function replacedBy(call: Node, pattern: u32, replacement: u32, text: Val, template: Val): Val | null {
  const node = argumentNode(call, pattern)!;
  if (!hasArgument(call, replacement + 1))
    return replaced(node, text, template, argumentNode(call, replacement)!.op == Op.Const);
  const compiled = patternOf(node);
  const view = new Text().bind(text.pointer, text.size);
  if (!compiled.find(view)) return text;
  const builder = new Builder(text.size + 64);
  let from = text.pointer;
  do {
    const start = text.pointer + compiled.matchStart;
    const end = text.pointer + compiled.matchEnd;
    const part = applied(call, replacement + 1, expandedTemplate(compiled, template));
    if (part === null) return null;
    builder.bytes(from, start - from);
    builder.value(part);
    from = end;
  } while (compiled.findNext());
  builder.bytes(from, text.pointer + text.size - from);
  return builder.text();
}

/** Applies the function to a text, and inserts the result into the format if there is one. */
function applied(call: Node, index: u32, text: Val): Val | null {
  const lambda = argumentNode(call, index)!;
  setParameter(lambda, 0, text);
  const result = lambdaResult(lambda);
  if (result === null) return null;
  if (result.kind != Kind.Text) return error('the replacement must be a string');
  if (!hasArgument(call, index + 1)) return result;
  const format = textArg(call, index + 1);
  if (format === null) return null;
  return formatted(format, result);
}

/** Inserts a text for the single `%s` of a format. */
function formatted(format: Val, text: Val): Val | null {
  const builder = new Builder(format.size + text.size);
  let isThere = false;
  const end = format.pointer + format.size;
  for (let at = format.pointer; at < end; at++) {
    const byte = load<u8>(at);
    if (byte != 37 || at + 1 == end) {
      builder.byte(byte);
      continue;
    }
    if (load<u8>(++at) != 115) return error('the format can contain only %s');
    if (!isThere) builder.value(text);
    else builder.string('%!s(MISSING)');
    isThere = true;
  }
  return isThere ? builder.text() : error('the format must contain %s');
}

/** The replacement of replace_match and replace_all_matches. */
function wholeReplacement(call: Node): Val | null {
  const replacement = textArg(call, 2);
  if (replacement === null || !hasArgument(call, FUNCTION)) return replacement;
  return applied(call, FUNCTION, replacement);
}

define('replace_match', (call: Node): Val | null => {
  const value = anyArg(call, 0);
  if (value === null) return null;
  const replacement = wholeReplacement(call);
  if (replacement === null) return null;
  if (value.kind != Kind.Text || !matches(argumentNode(call, 1)!, value)) return NIL;
  return assign(call, replacement);
});

define('replace_all_matches', (call: Node): Val | null => {
  const map = mapArg(call, 0);
  if (map === null) return null;
  const replacement = wholeReplacement(call);
  if (replacement === null) return null;
  const pattern = argumentNode(call, 1)!;
  const builder = new RunBuilder();
  const end = map.pointer + map.size;
  for (let at = map.pointer; showEntry(at, end); at = entryEnd) {
    const value = decode(valueStart, valueEnd);
    if (value.kind == Kind.Text && matches(pattern, value)) builder.entry(keyPointer, keySize, replacement, map.tag);
    else builder.copy(entryStart, entryEnd);
  }
  return assign(call, builder.end(Kind.Map, map.tag));
});

// Arguments: target, mode, pattern, replacement, function, format.
define('replace_all_patterns', (call: Node): Val | null => {
  const map = mapArg(call, 0);
  if (map === null) return null;
  const template = textArg(call, 3);
  if (template === null) return null;
  const isKey = load<u8>(literalText(call, 1, NIL).pointer) == 107;
  return isKey ? replaceKeys(call, map, template) : replaceValues(call, map, template);
});

function replaceValues(call: Node, map: Val, template: Val): Val | null {
  const builder = new RunBuilder();
  let changed = false;
  const end = map.pointer + map.size;
  for (let at = map.pointer; showEntry(at, end); ) {
    const start = entryStart;
    const key = keyPointer;
    const size = keySize;
    at = entryEnd;
    const value = decode(valueStart, valueEnd);
    // A value for which the function fails stays unchanged.
    const result = value.kind == Kind.Text ? replacedBy(call, 2, 3, value, template) : value;
    if (result === null || result === value) {
      builder.copy(start, at);
      continue;
    }
    changed = true;
    builder.entry(key, size, result, map.tag);
  }
  return changed ? assign(call, builder.end(Kind.Map, map.tag)) : NIL;
}

function replaceKeys(call: Node, map: Val, template: Val): Val | null {
  let updated = Val.run(Kind.Map, map.tag, 0, 0);
  const end = map.pointer + map.size;
  for (let at = map.pointer; showEntry(at, end); ) {
    at = entryEnd;
    const key = Val.text(keyPointer, keySize);
    const value = decode(valueStart, valueEnd);
    const renamed = replacedBy(call, 2, 3, key, template);
    if (renamed === null) continue;
    updated = withEntry(updated, renamed.pointer, renamed.size, value);
  }
  return assign(call, updated);
}


