/** The processor `probabilistic_sampler`: selects spans and log records, and records the decision on them. */
import { ALWAYS, digitsOf, NEVER, OUT_OF_RANGE, probabilityOf, probabilityThreshold, read, readDigits } from './threshold';
import * as state from './traceState';
import { argumentNode, define, hasArgument } from '../evaluate/call';
import { decode } from '../values/anyValue';
import { withEntry } from '../values/copies';
import { entryEnd, entryStart, findEntry, valueEnd, valueStart } from '../values/entries';
import { evaluate } from '../evaluate/evaluate';
import { withLastAt } from '../functions/editors';
import { fnv32 } from '../hash';
import { parseDouble } from '../numbers/numbers';
import { setPath } from '../paths';
import { Node } from '../program/program';
import { asText, textOf } from '../text/texts';
import { FALSE, Kind, NIL, TRUE, Val } from '../values/val';

// Arguments, in the order of src/rules/processors/sampler.ts.
const TRACE_ID: u32 = 1;
/** For spans only. */
const TRACE_STATE: u32 = 2;
const MODE: u32 = 3;
const RATIO: u32 = 4;
const PRECISION: u32 = 5;
const SEED: u32 = 6;
const FAILS_CLOSED: u32 = 7;
/** For log records: whether to use the trace id, the attribute to use instead, and the attribute with a priority. */
const BY_TRACE: u32 = 8;
const FROM: u32 = 9;
const PRIORITY: u32 = 10;

/** Keep in step with src/rules/processors/sampler.ts. */
const enum Mode {
  Never,
  HashSeed,
  Equalizing,
  Proportional,
}

const MOST_RANDOM: u64 = NEVER - 1;

let map: Val = NIL;
let given: Val = NIL;
/** The randomness of the item, and whether it has any. */
let random: u64 = 0;
let isRandom: bool = false;
/** Whether to record the decision on the item. */
let isRecorded: bool = false;
let failed: bool = false;

/** Returns true to drop the item. */
define('@sample', (call: Node): Val | null => {
  const isSpan = hasArgument(call, TRACE_STATE);
  const path = argumentNode(call, 0)!;
  given = map = evaluate(path)!;
  failed = false;
  isRecorded = true;
  if (isSpan) readSpan(call);
  else readLog(call);
  if (!failed) checkConsistency(isSpan);
  let threshold = failed ? (settingOf(call, FAILS_CLOSED).isTrue ? NEVER : ALWAYS) : decided(call, isSpan);
  threshold = isSpan ? withSpanPriority(threshold) : withLogPriority(call, threshold);
  if (threshold > (isRandom ? random : MOST_RANDOM)) return TRUE;
  if (isRecorded) record(threshold, isSpan);
  if (isRecorded && isSpan && !setPath(argumentNode(call, TRACE_STATE)!, state.writtenTraceState())) return null;
  if (map !== given && !setPath(path, map)) return null;
  return FALSE;
});

function settingOf(call: Node, index: u32): Val {
  return argumentNode(call, index)!.constant;
}

function modeOf(call: Node): i32 {
  return <i32>settingOf(call, MODE).int;
}

// #region randomness

function readSpan(call: Node): void {
  const isValid = state.readTraceState(evaluate(argumentNode(call, TRACE_STATE)!)!);
  isRandom = false;
  if (!isValid) fail(modeOf(call) == Mode.Never);
  readCommon(call, isValid);
}

function readLog(call: Node): void {
  state.readTraceState(Val.text(0, 0));
  const isValid = readAttribute('sampling.threshold', true) & readAttribute('sampling.randomness', false);
  isRandom = false;
  if (!isValid) fail(modeOf(call) == Mode.Never);
  readCommon(call, isValid);
}

/** Reads an attribute that log records have instead of a trace state. */
function readAttribute(name: string, isThreshold: bool): bool {
  const text = attribute(textOf(name));
  if (text.kind != Kind.Text || text.size == 0) return true;
  if (!readDigits(text, isThreshold)) return false;
  if (isThreshold) {
    state.setThreshold(read);
  } else {
    state.setRandomness(read);
  }
  return true;
}

function readCommon(call: Node, isValid: bool): void {
  const mode = modeOf(call);
  const isSpan = hasArgument(call, TRACE_STATE);
  if (mode == Mode.Never) {
    isRandom = true;
    random = MOST_RANDOM;
  } else if (mode == Mode.HashSeed) {
    readHash(call, isSpan);
    if (!isValid) return;
    // This mode does not apply to items that are already sampled consistently.
    if (state.hasRandomness || state.hasThreshold) fail(false);
    else if (isSpan || isRandom) setRandomness(isRandom ? random : MOST_RANDOM, isSpan);
  } else if (isValid && state.hasRandomness) {
    isRandom = true;
    random = state.randomness;
  } else if (isValid) {
    const id = evaluate(argumentNode(call, TRACE_ID)!)!;
    isRandom = !isEmpty(id);
    if (isRandom) random = bswap<u64>(load<u64>(id.pointer, 8)) & MOST_RANDOM;
  }
}

function setRandomness(value: u64, isSpan: bool): void {
  state.setRandomness(value);
  if (!isSpan) put('sampling.randomness', digitsOf(value, false));
}

function readHash(call: Node, isSpan: bool): void {
  const seed = <u32>settingOf(call, SEED).int;
  const id = evaluate(argumentNode(call, TRACE_ID)!)!;
  if ((isSpan || settingOf(call, BY_TRACE).isTrue) && !isEmpty(id)) return hash(seed, id);
  const from = isSpan ? NIL : settingOf(call, FROM);
  if (from.size == 0 || !findEntry(map, from.pointer, from.size)) return;
  const value = decode(valueStart, valueEnd);
  const bytes = value.kind == Kind.Bytes ? value : asText(value)!;
  if (bytes.size > 0) hash(seed, bytes);
}

/** Derives the randomness from a hash: 14 bits decide, and the other bits fill the rest. */
function hash(seed: u32, bytes: Val): void {
  const whole = fnv32(seed, bytes);
  const low = <u64>(whole & 0x3fff);
  const high = <u64>(whole >> 18);
  isRandom = true;
  random = ((0x3fff - low) << 42) | ((high ^ (high << 10)) << 14) | low;
}

function isEmpty(id: Val): bool {
  return (load<u64>(id.pointer) | load<u64>(id.pointer, 8)) == 0;
}

// #endregion
// #region decision

/** Lets `FAILS_CLOSED` decide. The decision is recorded only if the previous state can be kept. */
function fail(isRecordable: bool): void {
  failed = true;
  isRecorded = isRecordable;
}

function checkConsistency(isSpan: bool): void {
  if (!isRandom) {
    failed = true;
    return;
  }
  if (!state.hasThreshold || state.threshold <= random) return;
  failed = true;
  state.clearThreshold();
  const name = textOf('sampling.threshold');
  if (!isSpan && findEntry(map, name.pointer, name.size)) map = withLastAt(map, entryStart, entryEnd);
}

function decided(call: Node, isSpan: bool): u64 {
  const ratio = settingOf(call, RATIO).double;
  const precision = <i32>settingOf(call, PRECISION).int;
  switch (modeOf(call)) {
    case Mode.HashSeed:
      // The ratio is the number of rejected values of the 14 bits.
      return (<u64>ratio) << 42;
    case Mode.Equalizing: {
      const threshold = probabilityThreshold(ratio, precision);
      return state.hasThreshold && state.threshold > threshold ? state.threshold : threshold;
    }
    case Mode.Proportional: {
      const before: f64 = state.hasThreshold ? probabilityOf(state.threshold) : 1;
      const threshold = probabilityThreshold(before * ratio, precision);
      return threshold == OUT_OF_RANGE ? NEVER : threshold;
    }
    default:
      return NEVER;
  }
}

/** The attribute `sampling.priority` keeps a span if it is above 0, and drops it if it is 0. */
function withSpanPriority(threshold: u64): u64 {
  const value = attribute(textOf('sampling.priority'));
  const parsed = value.kind == Kind.Text ? parseDouble(value) : value;
  if (parsed === null || (parsed.kind != Kind.Int && parsed.kind != Kind.Double)) return threshold;
  const number: f64 = parsed.kind == Kind.Int ? <f64>parsed.int : parsed.double;
  return number == 0 ? NEVER : number > 0 ? ALWAYS : threshold;
}

/** The priority attribute of a log record is its own sampling percentage. */
function withLogPriority(call: Node, threshold: u64): u64 {
  const name = settingOf(call, PRIORITY);
  if (name.size == 0) return threshold;
  const value = attribute(name);
  if (value.kind != Kind.Int && value.kind != Kind.Double) return threshold;
  const percentage: f64 = value.kind == Kind.Int ? <f64>value.int : value.double;
  if (percentage == 0) return threshold;
  const own = probabilityThreshold(percentage / 100, <i32>settingOf(call, PRECISION).int);
  return own == OUT_OF_RANGE ? threshold : own;
}

function record(threshold: u64, isSpan: bool): void {
  if (isSpan) return state.raiseThreshold(threshold);
  if (state.hasThreshold && threshold < state.threshold) return;
  put('sampling.threshold', digitsOf(threshold, true));
}

// #endregion

function attribute(name: Val): Val {
  return findEntry(map, name.pointer, name.size) ? decode(valueStart, valueEnd) : NIL;
}

function put(name: string, value: Val): void {
  const key = textOf(name);
  map = withEntry(map, key.pointer, key.size, value);
}
