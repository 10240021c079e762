/**
 * Keeps a share of the traces, consistently by trace id or `rv`, and all spans that failed or were slow. README.md
 * beside this file shows the configuration.
 */
import { Json, Span, StatusCode, Text } from 'otelwasm/assembly';
import { isLongTag, shortFieldEnd, skipField } from 'otelwasm/assembly/protobuf';
import { randomnessAt } from 'otelwasm/assembly/traces';
import { ALWAYS, INVALID, digitsOf, thresholdOf } from '../common/threshold';
import { randomness, readTraceState, threshold, withThreshold } from '../common/traceState';

const NANOS_PER_MILLI: f64 = 1_000_000;
const TRACE_ID_BYTES: usize = 16;
/** 2 to the power of -56. */
const LEAST: f64 = 1.0 / 72057594037927936.0;

let own: u64 = ALWAYS;
let keepsErrors: bool = true;
let slowNanos: u64 = u64.MAX_VALUE;

export function onStart(config: Json): void {
  config.only(['probability', 'precision', 'keepErrors', 'slowMillis']);
  const probability = config.get('probability').number();
  if (!(probability >= LEAST && probability <= 1))
    config.get('probability').expected('a number above 0 and at most 1');
  const precision = config.get('precision').numberOr(4);
  if (!(precision >= 1 && precision <= 14) || trunc(precision) != precision) {
    config.get('precision').expected('a whole number from 1 to 14');
  }
  own = thresholdOf(probability, <u32>precision);
  keepsErrors = config.get('keepErrors').boolOr(true);
  sampledField = fieldOf(own);
  keptField = fieldOf(ALWAYS);
  const slow = config.get('slowMillis');
  if (!slow.exists) return;
  if (!(slow.number() >= 0)) slow.expected('a number of at least 0');
  slowNanos = <u64>(slow.number() * NANOS_PER_MILLI);
}

/** Fields with the trace states of sampled spans, and of spans that are always kept. */
let sampledField: Text = new Text();
let keptField: Text = new Text();

function fieldOf(threshold: u64): Text {
  const state = 'ot=th:' + digitsOf(threshold);
  return Text.of(String.fromCharCode(TRACE_STATE_TAG) + String.fromCharCode(state.length) + state);
}

const TRACE_ID_TAG: u32 = 0x0a;
const TRACE_STATE_TAG: u32 = 0x1a;
const START_TAG: u32 = 0x39;
const END_TAG: u32 = 0x41;
const ATTRIBUTE_TAG: u32 = 0x4a;
const STATUS_TAG: u32 = 0x7a;

/**
 * Most spans have an id, no trace state, and each field once. These are decided in one walk, all others with their
 * views.
 */
export function onSpan(span: Span): bool {
  let id: usize = 0;
  let status: usize = 0;
  let start: u64 = 0;
  let finish: u64 = 0;
  const end = span.message.end;
  let place = span.message.start;
  for (let at = place; at < end; place = at) {
    const tag: u32 = load<u8>(at);
    // Most fields are short attributes.
    if (tag == ATTRIBUTE_TAG && end - at >= 2 && load<u8>(at, 1) < 0x80) {
      at += 2 + <usize>load<u8>(at, 1);
      continue;
    }
    if (tag >= 0x80 && isLongTag(at)) return decide(span);
    let next = end - at >= 2 ? shortFieldEnd(at, load<u16>(at)) : 0;
    if (next == 0 || next > end) next = skipField(at, end);
    if (next == 0) return true;
    if (tag == TRACE_ID_TAG) {
      if (id != 0 || next - at != TRACE_ID_BYTES + 2) return decide(span);
      id = at + 2;
    } else if (tag == STATUS_TAG) {
      if (status != 0) return decide(span);
      status = at;
    } else if (tag == START_TAG) start = load<u64>(at + 1);
    else if (tag == END_TAG) finish = load<u64>(at + 1);
    else if (tag == TRACE_STATE_TAG) return decide(span);
    at = next;
  }
  // The field extends beyond its span, which the views refuse.
  if (place > end) return decide(span);
  if (id == 0) return true;
  const isKept = isSlow(start, finish) || (keepsErrors && status != 0 && isError(span, status));
  if (!isKept && randomnessAt(id) < own) return false;
  const field = isKept ? keptField : sampledField;
  span.message.append(field.pointer, field.pointer + field.size);
  return true;
}

/** Recognizes a status with only a code by its bytes. */
function isError(span: Span, status: usize): bool {
  const size: u32 = load<u8>(status + 1);
  if (size == 0) return false;
  return size == 2 && load<u8>(status + 2) == 0x18
    ? load<u8>(status + 3) == StatusCode.Error
    : span.statusCode == StatusCode.Error;
}

function decide(span: Span): bool {
  const state = span.traceState;
  readTraceState(state);
  const id = span.traceId;
  let random = randomness;
  if (random == INVALID) {
    // Without an id there is no decision for the whole trace: the span is kept.
    if (id.size != TRACE_ID_BYTES) return true;
    random = randomnessAt(id.pointer);
  }
  // A threshold that the span did not pass is invalid.
  const before = threshold != INVALID && random >= threshold ? threshold : ALWAYS;
  const wanted = isKept(span) ? before : max(before, own);
  if (random < wanted) return false;
  if (wanted != threshold) span.setTraceState(withThreshold(state, wanted));
  return true;
}

/** Spans that are kept regardless of their trace. Each represents only itself. */
function isKept(span: Span): bool {
  if (keepsErrors && span.statusCode == StatusCode.Error) return true;
  return isSlow(span.startTimeUnixNano, span.endTimeUnixNano);
}

function isSlow(start: u64, end: u64): bool {
  return end >= start && end - start >= slowNanos;
}
