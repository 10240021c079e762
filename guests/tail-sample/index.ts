/**
 * Drops requests with all of their children, keeps errors, slow and chosen traces, and a share of the rest. README.md
 * beside this file shows the configuration.
 */
import { Json, Span, StatusCode, Trace, now, traceRandomness } from 'otelwasm/assembly';
import { Rule, slots } from '../common/spanRule';
import { ALWAYS, INVALID, NEVER, thresholdOf } from '../common/threshold';
import { randomness, readTraceState, threshold, withThreshold } from '../common/traceState';
import { Rate, TokenBucket } from '../common/tokenBucket';
import { KeptTraces } from './keptTraces';

const NANOS_PER_MILLI: f64 = 1_000_000;
/** 2 to the power of -56. */
const LEAST: f64 = 1.0 / 72057594037927936.0;
const PRECISION: u32 = 4;

let drop: Rule[] = [];
let keep: Rule[] = [];
let keepsErrors: bool = true;
let slowNanos: u64 = u64.MAX_VALUE;
let own: u64 = ALWAYS;
let bucket: TokenBucket | null = null;
const kept = new KeptTraces();

export function onStart(config: Json): void {
  config.only(['drop', 'keep', 'keepErrors', 'slowMillis', 'probability', 'tracesPerSecond']);
  drop = Rule.list(config.get('drop'));
  keep = Rule.list(config.get('keep'));
  keepsErrors = config.get('keepErrors').boolOr(true);
  const slow = config.get('slowMillis');
  if (slow.exists) {
    if (!(slow.number() >= 0)) slow.expected('a number of at least 0');
    slowNanos = <u64>(slow.number() * NANOS_PER_MILLI);
  }
  const probability = config.get('probability').numberOr(1);
  if (probability != 0 && !(probability >= LEAST && probability <= 1))
    config.get('probability').expected('a number from 0 to 1');
  own = probability == 0 ? NEVER : thresholdOf(probability, PRECISION);
  const rate = config.get('tracesPerSecond');
  if (!rate.exists) return;
  if (!(rate.number() > 0 && rate.number() <= 1e9)) rate.expected('a number above 0');
  bucket = new TokenBucket(new Rate(rate.number(), max(rate.number(), 1)), 0);
}

export function onTrace(trace: Trace): bool {
  const id = trace.id;
  const decided = kept.thresholdOf(id);
  if (decided != NEVER) return stamp(trace, decided);
  if (isDropped(trace)) return false;
  const wanted = isKept(trace) ? ALWAYS : sampledAt(trace);
  if (wanted == NEVER) return false;
  kept.add(id, wanted);
  return stamp(trace, wanted);
}

/** True when all requests of the trace in this process must be dropped. Their children are dropped too. */
function isDropped(trace: Trace): bool {
  if (drop.length == 0) return false;
  let roots = 0;
  trace.rewind();
  while (trace.next()) {
    if (!trace.isRoot) continue;
    if (!anyMatches(drop, trace.span)) return false;
    roots++;
  }
  return roots > 0;
}

/** True when an error, the duration of the trace, or a rule requires it. */
function isKept(trace: Trace): bool {
  let start = u64.MAX_VALUE;
  let end: u64 = 0;
  trace.rewind();
  while (trace.next()) {
    const span = trace.span;
    if (keepsErrors && span.statusCode == StatusCode.Error) return true;
    if (keep.length > 0 && anyMatches(keep, span)) return true;
    start = min(start, span.startTimeUnixNano);
    end = max(end, span.endTimeUnixNano);
  }
  return end >= start && end - start >= slowNanos;
}

function anyMatches(rules: Rule[], span: Span): bool {
  slots.load(span.attributes);
  for (let i = 0; i < rules.length; i++) {
    if (rules[i].matches(span)) return true;
  }
  return false;
}

/**
 * The threshold at which a trace was sampled that nothing else keeps: `INVALID` when it is unknown, `NEVER` when it
 * was not sampled.
 */
function sampledAt(trace: Trace): u64 {
  if (own == NEVER) return NEVER;
  trace.rewind();
  trace.next();
  readTraceState(trace.span.traceState);
  const id = trace.id;
  // Without an id there is no decision for the whole trace: it is kept.
  if (randomness == INVALID && id.size == 0) return INVALID;
  const random = randomness == INVALID ? traceRandomness(id) : randomness;
  if (random < own) return NEVER;
  const limit = bucket;
  if (limit === null) return own;
  // If the decision depends on other traces, the adjusted count is unknown.
  const time = now();
  return limit.take(time, time) ? INVALID : NEVER;
}

/** Writes the threshold into each span's trace state, or keeps the span's own if that is larger. Returns true. */
function stamp(trace: Trace, at: u64): bool {
  const id = trace.id;
  if (id.size == 0) return true;
  trace.rewind();
  while (trace.next()) {
    const span = trace.span;
    const state = span.traceState;
    readTraceState(state);
    const random = randomness == INVALID ? traceRandomness(id) : randomness;
    // A threshold that the span did not pass is invalid.
    const before = threshold != INVALID && random >= threshold ? threshold : ALWAYS;
    const wanted = at == INVALID ? INVALID : max(before, at);
    if (wanted != threshold) span.setTraceState(withThreshold(state, wanted));
  }
  return true;
}
