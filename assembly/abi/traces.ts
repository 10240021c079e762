/**
 * The walk over a batch for guests that decide about whole traces. First all spans are listed and chained by trace,
 * and the guest sees each trace. Then the batch is walked as for every other guest, without the spans of dropped
 * traces.
 */
import { Signal, failed } from '../host';
import { Items, Span, resource, scope } from '../items';
import { NONE, SpanTable, Trace } from '../traces';
import { Finish, Prepare, Visit, consume, done, nothing } from './consume';
import { batchEnd, batchStart } from './groups';

const table = new SpanTable();
const spans = new Items<Span>(new Span());

let trace: Trace | null = null;
let span: Span | null = null;
let onTrace: Visit | null = null;
let onSpan: Visit | null = null;
let prepare: Prepare = nothing;
/** The table entry of the next span in the walk. */
let cursor: i32 = 0;

/** Implements `consume_traces` for a guest that has a function for traces. */
export function consumeTraces(
  pointer: usize,
  size: usize,
  spanView: Span,
  traceView: Trace,
  visitTrace: Visit,
  visitSpan: Visit,
  visitResource: Visit,
  visitScope: Visit,
  before: Prepare = nothing,
  after: Finish = done,
): i32 {
  span = spanView;
  trace = traceView;
  onTrace = visitTrace;
  onSpan = visitSpan;
  prepare = before;
  return consume<Span>(Signal.Traces, pointer, size, spanView, visitTracedSpan, visitResource, visitScope, decide, after);
}

/** Asks the guest about each trace. */
function decide(): void {
  table.clear();
  cursor = 0;
  prepare();
  spans.bind(batchStart, batchEnd);
  while (spans.next()) addSpan(spans.current);
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

function addSpan(found: Span): void {
  if (!table.add()) return;
  const entry = table.get(table.length - 1);
  entry.at = entry.start = found.message.start;
  entry.end = found.message.end;
  entry.resourceStart = resource.message.start;
  entry.resourceEnd = resource.message.end;
  entry.scopeStart = scope.message.start;
  entry.scopeEnd = scope.message.end;
  const traceId = found.traceId;
  const spanId = found.spanId;
  entry.traceId = traceId.size == 16 ? traceId.pointer : 0;
  entry.spanId = spanId.size == 8 ? spanId.pointer : 0;
}

/** Spans arrive in the order of the table. Spans of a dropped resource or scope do not arrive. */
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
