/** The processor `redaction`: removes attributes, and masks parts of the remaining ones. */
import { masked } from './masking';
import { begin, Found, withFinding, maskedKeys, allowedKeys, ignoredKeys, redactedKeys } from './findings';
import { assign } from '../functions/editors';
import { argumentNode, define, hasArgument } from '../evaluate/call';
import { Builder } from '../values/builder';
import { decode } from '../values/anyValue';
import { entryEnd, entryStart, findEntry, keyPointer, keySize, showElement, showEntry, valueEnd, valueStart } from '../values/entries';
import { RunBuilder } from '../values/runBuilder';
import { withLastAt } from '../functions/editors';
import { evaluate } from '../evaluate/evaluate';
import { matches } from '../text/patterns';
import { setPath } from '../paths';
import { Node } from '../program/program';
import { asText } from '../text/texts';
import { Kind, NIL, Val } from '../values/val';

// Arguments, in the order of src/rules/processors/redaction.ts.
const BODY: u32 = 1;
const ALLOWED_KEYS: u32 = 2;
const IGNORED_KEYS: u32 = 3;
const IGNORED_PATTERNS: u32 = 4;
const ALLOWED_VALUES: u32 = 5;
const BLOCKED_KEYS: u32 = 6;
const BLOCKED_VALUES: u32 = 7;
/** A pattern that matches whole lines. */
const EVERYTHING: u32 = 8;
const ALLOWS_ALL: u32 = 9;
const ALL_TYPES: u32 = 10;
const SUMMARY: u32 = 11;
const MASK: u32 = 12;
const KEY: u32 = 13;

let rules: Node = changetype<Node>(<usize>0);

define('@redact', (call: Node): Val | null => {
  rules = call;
  const map = evaluate(argumentNode(call, 0)!)!;
  let result = withFindings(redactedAttributes(map), '');
  if (hasArgument(call, BODY)) {
    const path = argumentNode(call, BODY)!;
    const body = evaluate(path)!;
    const redacted = redactedBody(body);
    if (redacted !== body && !setPath(path, redacted)) return null;
    result = withFindings(result, 'body.');
  }
  return result === map ? NIL : assign(call, result);
});

function withFindings(map: Val, what: string): Val {
  return withFinding(map, what, <i32>argumentNode(rules, SUMMARY)!.constant.int);
}

function redactedAttributes(map: Val): Val {
  begin();
  const allTypes = argumentNode(rules, ALL_TYPES)!.constant.isTrue;
  const builder = new RunBuilder();
  let changed = false;
  const end = map.pointer + map.size;
  for (let at = map.pointer; showEntry(at, end); ) {
    const start = entryStart;
    at = entryEnd;
    const key = Val.text(keyPointer, keySize);
    const value = decode(valueStart, valueEnd);
    let result: Val | null = null;
    if (!isDecidedByKey(key, key)) result = redactedValue(key, value, allTypes);
    if (result === null) {
      builder.copy(start, at);
      continue;
    }
    maskedKeys.push(key);
    builder.entry(key.pointer, key.size, result, map.tag);
    changed = true;
  }
  const result = changed ? builder.end(Kind.Map, map.tag) : map;
  return withoutKeys(result, redactedKeys);
}

/** Whether the key alone decides that an entry is removed or stays unchanged. */
function isDecidedByKey(key: Val, path: Val): bool {
  if (isAmong(IGNORED_KEYS, key) || anyMatches(IGNORED_PATTERNS, key)) {
    ignoredKeys.push(path);
    return true;
  }
  if (argumentNode(rules, ALLOWS_ALL)!.constant.isTrue || isAmong(ALLOWED_KEYS, key)) return false;
  redactedKeys.push(key);
  return true;
}

/** The new value of an attribute; null if it does not change. */
function redactedValue(key: Val, value: Val, allTypes: bool): Val | null {
  const text = value.kind == Kind.Text ? value : allTypes ? asText(value)! : Val.text(0, 0);
  if (anyMatches(ALLOWED_VALUES, text)) {
    allowedKeys.push(key);
    return null;
  }
  if (anyMatches(BLOCKED_KEYS, key)) return maskedBy(argumentNode(rules, EVERYTHING)!, text);
  const result = withoutBlocked(text);
  return sameText(result, text) ? null : result;
}

function withoutBlocked(text: Val): Val {
  const patterns = argumentNode(rules, BLOCKED_VALUES)!;
  for (let i: u32 = 0; i < patterns.count; i++) text = maskedBy(patterns.node(i), text);
  return text;
}

function maskedBy(pattern: Node, text: Val): Val {
  return masked(pattern, text, <i32>argumentNode(rules, MASK)!.constant.int, argumentNode(rules, KEY)!.constant);
}

// #region bodies

function redactedBody(body: Val): Val {
  begin();
  if (body.kind == Kind.Map || body.kind == Kind.List) return redactedPart(body, Val.text(0, 0), true);
  const text = asText(body)!;
  if (anyMatches(ALLOWED_VALUES, text)) return body;
  const result = withoutBlocked(text);
  if (sameText(result, text)) return body;
  maskedKeys.push(Found.body());
  return result;
}

function redactedPart(value: Val, path: Val, isWhole: bool): Val {
  if (value.kind == Kind.Map) return redactedMap(value, path, isWhole);
  if (value.kind == Kind.List) return redactedList(value, path, isWhole);
  const text = asText(value)!;
  if (anyMatches(ALLOWED_VALUES, text)) {
    allowedKeys.push(path);
    return value;
  }
  const result = withoutBlocked(text);
  if (sameText(result, text)) return value;
  maskedKeys.push(path);
  return result;
}

function redactedMap(map: Val, path: Val, isWhole: bool): Val {
  const builder = new RunBuilder();
  const removed: Val[] = [];
  let changed = false;
  const end = map.pointer + map.size;
  for (let at = map.pointer; showEntry(at, end); ) {
    const start = entryStart;
    at = entryEnd;
    const key = Val.text(keyPointer, keySize);
    const value = decode(valueStart, valueEnd);
    const whole = isWhole ? key : within(path, key);
    const before = redactedKeys.length;
    let result = value;
    if (isDecidedByKey(key, whole)) {
      if (redactedKeys.length > before) removed.push(redactedKeys.pop());
    } else if (anyMatches(BLOCKED_KEYS, key)) {
      maskedKeys.push(whole);
      result = maskedBy(argumentNode(rules, EVERYTHING)!, value.kind == Kind.Text ? value : Val.text(0, 0));
    } else {
      result = redactedPart(value, whole, false);
    }
    if (result === value) {
      builder.copy(start, at);
      continue;
    }
    builder.entry(key.pointer, key.size, result, map.tag);
    changed = true;
  }
  const result = withoutKeys(changed ? builder.end(Kind.Map, map.tag) : map, removed);
  for (let i = 0; i < removed.length; i++) redactedKeys.push(isWhole ? removed[i] : within(path, removed[i]));
  return result;
}

function redactedList(list: Val, path: Val, isWhole: bool): Val {
  const builder = new RunBuilder();
  let changed = false;
  let index = 0;
  const end = list.pointer + list.size;
  for (let at = list.pointer; showElement(at, end); index++) {
    at = entryEnd;
    const value = decode(valueStart, valueEnd);
    const name = Found.place(index);
    const result = redactedPart(value, isWhole ? name : within(path, name), false);
    builder.element(result);
    if (result !== value) changed = true;
  }
  return changed ? builder.end(Kind.List) : list;
}

function within(path: Val, key: Val): Val {
  const builder = new Builder(path.size + key.size + 1);
  builder.value(path);
  builder.byte(46);
  builder.value(key);
  return builder.text();
}

// #endregion

/** Removes keys from the map. The last entry moves to each free place, as in the Collector. */
function withoutKeys(map: Val, keys: Val[]): Val {
  for (let i = 0; i < keys.length; i++) {
    if (findEntry(map, keys[i].pointer, keys[i].size)) map = withLastAt(map, entryStart, entryEnd);
  }
  return map;
}

function anyMatches(argument: u32, text: Val): bool {
  const patterns = argumentNode(rules, argument)!;
  for (let i: u32 = 0; i < patterns.count; i++) {
    if (matches(patterns.node(i), text)) return true;
  }
  return false;
}

function isAmong(argument: u32, text: Val): bool {
  const texts = argumentNode(rules, argument)!;
  for (let i: u32 = 0; i < texts.count; i++) {
    if (sameText(texts.node(i).constant, text)) return true;
  }
  return false;
}

function sameText(a: Val, b: Val): bool {
  return a.size == b.size && memory.compare(a.pointer, b.pointer, a.size) == 0;
}
