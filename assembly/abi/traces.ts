/**
 * The walk over a batch for guests that decide about whole traces: all spans are looked up first and chained by trace, the
 * guest is shown each trace, and then the batch is walked as for every other guest, without the spans of dropped traces.
 */
import { Signal, failed } from '../host';
import { Span } from '../items';
import { Text } from '../text';
import { Message, Wire, fieldBody, fieldEnd, fieldNumber, fieldWire, readField } from '../protobuf';
import { NONE, SpanTable, Trace } from '../traces';
import { Visit, consume } from './consume';
import { HEAD, MEMBERS, batchEnd, batchStart } from './groups';

const table = new SpanTable();
const message = new Message();
const id = new Text();

let trace: Trace | null = null;
let span: Span | null = null;
let onTrace: Visit | null = null;
let onSpan: Visit | null = null;
/** The entry of the span that the walk comes to next. */
let cursor: i32 = 0;

/** What `consume_traces` does for a guest that has a function for traces. */
export function consumeTraces(
  pointer: usize,
  size: usize,
  spanView: Span,
  traceView: Trace,
  visitTrace: Visit,
  visitSpan: Visit,
  visitResource: Visit,
  visitScope: Visit,
): i32 {
  span = spanView;
  trace = traceView;
  onTrace = visitTrace;
  onSpan = visitSpan;
  return consume<Span>(Signal.Traces, pointer, size, spanView, visitTracedSpan, visitResource, visitScope, decide);
}

/** Asks the guest about each trace. */
function decide(): void {
  table.clear();
  cursor = 0;
  for (let at = batchStart; readField(at, batchEnd); ) {
    at = fieldEnd;
    if (fieldNumber == 1 && fieldWire == Wire.Bytes) addResourceGroup(fieldBody, fieldEnd);
  }
  if (failed() || table.length == 0 || !table.chain()) return;
  const view = trace!;
  for (let i = 0; i < table.length && !failed(); i++) {
    if (table.get(i).first != i) continue;
    view.bind(table, i);
    const isKept = onTrace!();
    view.commit();
    if (isKept) continue;
    for (let one = i; one != NONE; one = table.get(one).next) table.get(one).isDropped = true;
  }
}

let resourceStart: usize = 0;
let resourceEnd: usize = 0;

function addResourceGroup(body: usize, end: usize): void {
  resourceStart = resourceEnd = 0;
  const hasHead = findHead(body, end);
  if (hasHead) {
    resourceStart = fieldBody;
    resourceEnd = fieldEnd;
  }
  for (let at = body; readField(at, end); ) {
    at = fieldEnd;
    if (fieldNumber == MEMBERS && fieldWire == Wire.Bytes) addScopeGroup(fieldBody, fieldEnd);
  }
}

function addScopeGroup(body: usize, end: usize): void {
  let scopeStart: usize = 0;
  let scopeEnd: usize = 0;
  if (findHead(body, end)) {
    scopeStart = fieldBody;
    scopeEnd = fieldEnd;
  }
  for (let at = body; readField(at, end); ) {
    at = fieldEnd;
    if (fieldNumber != MEMBERS || fieldWire != Wire.Bytes || !table.add()) continue;
    const entry = table.get(table.length - 1);
    entry.at = entry.start = fieldBody;
    entry.end = fieldEnd;
    entry.resourceStart = resourceStart;
    entry.resourceEnd = resourceEnd;
    entry.scopeStart = scopeStart;
    entry.scopeEnd = scopeEnd;
    message.bind(fieldBody, fieldEnd);
    entry.traceId = message.text(1, id).size == 16 ? id.pointer : 0;
    entry.spanId = message.text(2, id).size == 8 ? id.pointer : 0;
  }
}

/** Finds the resource or scope of a group in its usual form; its content is then in `fieldBody`, `fieldEnd`. */
function findHead(body: usize, end: usize): bool {
  for (let at = body; readField(at, end); at = fieldEnd) {
    if (fieldNumber == HEAD && fieldWire == Wire.Bytes) return true;
  }
  return false;
}

/** Spans come in the order of the table; those of a resource or scope that was dropped do not come. */
function visitTracedSpan(): bool {
  const view = span!;
  const at = view.message.start;
  while (table.get(cursor).at != at) cursor++;
  const entry = table.get(cursor++);
  if (entry.isDropped) return false;
  if (entry.isChanged) {
    view.bind(entry.start, entry.end);
    view.message.edit();
  }
  return onSpan!();
}
