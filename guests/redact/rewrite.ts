/** Rewrites an item without its secrets. Fields without secrets are copied unchanged. */
import { Text, Value, ValueKind } from 'otelwasm/assembly';
import {
  Wire,
  fieldBody,
  fieldEnd,
  fieldNumber,
  fieldWire,
  mergeFields,
  mergedEnd,
  mergedStart,
  readField,
} from 'otelwasm/assembly/protobuf';
import { Action } from './action';
import {
  BY_DEFAULT,
  IGNORE,
  LOOK,
  NOT_ALLOWED,
  SECRET_KEY,
  SQL,
  categoryOfKey,
  defaultAction,
  wantsCards,
} from './config';
import { Counter, count } from './counts';
import {
  MAX_DEPTH,
  isCleanField,
  digitsSize,
  digitsStart,
  isSecretNumber,
  tooDeep,
  writeDigits,
} from './inspect';
import { output } from './output';
import { Shape, isPart, isPoint, shapeOf } from './shapes';
import {
  countReplaced,
  dropped,
  replaced,
  putInstead,
  putScanned,
  putSql,
  putText,
  setDropped,
} from './texts';
import { keepsUnknownOfItem } from './unknown';

const TEXT: u32 = ValueKind.Text;

/** Data points of the current metric that remain, and that were dropped. */
let pointsKept: i32 = 0;
let pointsDropped: i32 = 0;
/** True when something in the metric's points was replaced or removed: they may have become equal. */
export let arePointsChanged: bool = false;
/** The category of the body of the current log record. */
let bodyCategory: i32 = LOOK;
/** A field of the current item that is known to be unclean; 0 for none. */
let knownUnclean: usize = 0;

/**
 * Rewrites an item. Everything before `from` is clean, and the field there is not. A log's body is treated like the
 * value of a key with this category, which is `LOOK` unless `from` is `start`. False when the item is dropped.
 */
export function rewriteItem(shape: Shape, start: usize, from: usize, end: usize, body: i32): bool {
  pointsKept = pointsDropped = 0;
  arePointsChanged = false;
  bodyCategory = body;
  knownUnclean = body == LOOK ? from : 0;
  output.cutTo(0);
  setDropped(false);
  rewrite(shape, start, from, end, 0);
  return !dropped && (pointsKept > 0 || pointsDropped == 0);
}

/** Rewrites the fields of a message. Those before `from` are clean. */
function rewrite(shape: Shape, start: usize, from: usize, end: usize, depth: i32): void {
  if (depth > MAX_DEPTH) {
    tooDeep();
    return;
  }
  // Clean fields are copied in long runs.
  let run = start;
  for (let at = from; readField(at, end);) {
    const number = fieldNumber;
    const body = fieldBody;
    const content = fieldWire == Wire.Bytes ? shapeOf(shape, number) : Shape.NoText;
    const category = content == Shape.Value && shape == Shape.LogRecord ? bodyCategory : LOOK;
    const field = at;
    at = fieldEnd;
    if (category == LOOK && field != knownUnclean && isCleanField(content, body, at, depth)) {
      if (isPoint(content)) pointsKept++;
      continue;
    }
    output.put(run, field - run);
    run = at;
    const inner = output.begin();
    const before = replaced;
    let isKept = true;
    if (content == Shape.Text) putText(body, at - body);
    else if (content == Shape.Entry) isKept = rewriteEntry(body, at, depth);
    else if (content == Shape.Unknown) isKept = keepsUnknownOfItem(body, at);
    else if (content == Shape.Value) rewriteValue(category, body, at, depth);
    else rewrite(content, body, body, at, depth);
    if (dropped && isPart(content)) {
      setDropped(false);
      isKept = false;
    }
    if (isPoint(content)) {
      if (before != replaced) arePointsChanged = true;
      if (isKept) pointsKept++;
      else pointsDropped++;
    }
    if (isKept) output.end(number, inner);
    else output.cancel(inner);
  }
  output.put(run, end - run);
}

/**
 * False when the attribute is removed. The last occurrence of a repeated key counts, and a repeated value is merged.
 */
function rewriteEntry(start: usize, end: usize, depth: i32): bool {
  let key: usize = 0;
  let keySize: usize = 0;
  let value: usize = 0;
  let valueEnd: usize = 0;
  let values = 0;
  let hasOthers = false;
  for (let at = start; readField(at, end); at = fieldEnd) {
    if (fieldWire != Wire.Bytes) {
      hasOthers = true;
      continue;
    }
    if (fieldNumber == 1) {
      key = fieldBody;
      keySize = fieldEnd - fieldBody;
    } else if (fieldNumber == 2) {
      value = fieldBody;
      valueEnd = fieldEnd;
      values++;
    } else hasOthers = true;
  }
  if (values > 1 && mergeFields(start, end, 2)) {
    value = mergedStart;
    valueEnd = mergedEnd;
  }
  const found = categoryOfKey(key, keySize);
  const hasSecretKey = (found & SECRET_KEY) != 0;
  const category = found & ~SECRET_KEY;
  const goes = category == Action.Remove || (category == BY_DEFAULT && defaultAction == Action.Remove);
  if (category == NOT_ALLOWED || goes) {
    countReplaced();
    count(category == NOT_ALLOWED ? Counter.NotAllowed : Counter.Key);
    return false;
  }
  const keyContent = output.begin();
  if (hasSecretKey) putScanned(key, keySize);
  else output.put(key, keySize);
  output.end(1, keyContent);
  const content = output.begin();
  rewriteValue(category, value, valueEnd, depth);
  if (values > 0) output.end(2, content);
  else output.cancel(content);
  for (let at = start; hasOthers && readField(at, end);) {
    const field = at;
    const body = fieldBody;
    at = fieldEnd;
    if (fieldWire != Wire.Bytes || (fieldNumber > 2 && keepsUnknownOfItem(body, at)))
      output.put(field, at - field);
  }
  return true;
}

const view = new Value();

/** Rewrites the fields of a value, by the category of its key. */
function rewriteValue(category: i32, start: usize, end: usize, depth: i32): void {
  if (category == IGNORE) return output.put(start, end - start);
  if (category == BY_DEFAULT) {
    if (view.bind(start, end).kind == ValueKind.Bool) return output.put(start, end - start);
    category = defaultAction;
  }
  if (category != LOOK && category != SQL) return replaceValue(category, start, end);
  for (let at = start; readField(at, end);) {
    const number = fieldNumber;
    const wire = fieldWire;
    const body = fieldBody;
    const field = at;
    at = fieldEnd;
    if (wire == Wire.Bytes && number >= TEXT && number <= <u32>ValueKind.Bytes) {
      const content = output.begin();
      if (number == ValueKind.Array) rewrite(Shape.Array, body, body, at, depth + 1);
      else if (number == ValueKind.Map) rewrite(Shape.Map, body, body, at, depth + 1);
      else if (category == SQL) putSql(body, at - body);
      else putText(body, at - body);
      output.end(number, content);
    } else if (wantsCards && isSecretNumber(number, wire, body, at)) {
      const content = output.begin();
      putText(digitsStart, digitsSize);
      output.end(TEXT, content);
    } else if (wire != Wire.Bytes || keepsUnknownOfItem(body, at)) output.put(field, at - field);
  }
}

/** Writes the text that replaces a whole value. */
function replaceValue(action: i32, start: usize, end: usize): void {
  count(Counter.Key);
  view.bind(start, end);
  const content = output.begin();
  const kind = view.kind;
  if (kind == ValueKind.Text) putFor(action, view.text);
  else if (kind == ValueKind.Bytes) putFor(action, view.bytes);
  else if (kind == ValueKind.Int) {
    writeDigits(<u64>view.int);
    putInstead(action, digitsStart, digitsSize);
  } else {
    // For maps, arrays and other types the hash covers their bytes. They have no last four characters.
    putInstead(action == Action.Last4 ? Action.Mask : action, start, end - start);
  }
  output.end(TEXT, content);
}

function putFor(action: i32, text: Text): void {
  putInstead(action, text.pointer, text.size);
}
