import { fail } from '../host';
import { Region } from '../memory';
import { Text } from '../text';
import { IdTable } from './idTable';

/** The end of a chain. */
export const NONE: i32 = -1;

/** A span of the batch: the addresses of its bytes, resource and scope, and the next span of its trace. */
@unmanaged
export class SpanEntry {
  /** The span's original address in the batch. */
  at: usize;
  /** Its current bytes. They are elsewhere once it was changed. */
  start: usize;
  end: usize;
  resourceStart: usize;
  resourceEnd: usize;
  scopeStart: usize;
  scopeEnd: usize;
  /** 16 and 8 bytes; 0 when the span has no valid id. */
  traceId: usize;
  spanId: usize;
  /** The first span of its trace, and the next one. */
  first: i32;
  next: i32;
  /** In the first span of a trace: the last one, and the number of spans. */
  last: i32;
  count: i32;
  isChanged: bool;
  isDropped: bool;
}

const ENTRY_BYTES: usize = offsetof<SpanEntry>();

/** All spans of a batch in order, and chained by trace. */
export class SpanTable {
  private entries: Region = new Region();
  private traces: IdTable = new IdTable();
  private spans: IdTable = new IdTable();
  private knowsSpans: bool = false;
  length: i32 = 0;

  clear(): void {
    this.length = 0;
    this.knowsSpans = false;
  }

  @inline get(index: i32): SpanEntry {
    return changetype<SpanEntry>(this.entries.pointer + <usize>index * ENTRY_BYTES);
  }

  /** Adds an entry filled with zeros. False, with the call failed, when memory cannot grow. */
  add(): bool {
    const entries = this.entries;
    entries.length = <usize>this.length * ENTRY_BYTES;
    if (!entries.reserve(entries.length + ENTRY_BYTES)) {
      fail('out of memory: cannot allocate the table of the spans of a batch');
      return false;
    }
    memory.fill(changetype<usize>(this.get(this.length++)), 0, ENTRY_BYTES);
    return true;
  }

  /**
   * Chains the spans of each trace. A span without an id forms a separate chain. False, with the call failed, when
   * memory cannot grow.
   */
  chain(): bool {
    if (!this.traces.clear(this.length)) return false;
    for (let i = 0; i < this.length; i++) {
      const entry = this.get(i);
      const first = entry.traceId == 0 ? i : this.firstOf(entry.traceId, i);
      entry.first = first;
      entry.next = NONE;
      const head = this.get(first);
      if (first != i) this.get(head.last).next = i;
      head.last = i;
      head.count++;
    }
    return true;
  }

  /** The first span with this trace id; `index` if there is no earlier one. */
  private firstOf(traceId: usize, index: i32): i32 {
    const low = load<u64>(traceId, 8);
    const high = load<u64>(traceId);
    const traces = this.traces;
    for (let found = traces.first(low ^ high); found != NONE; found = traces.next()) {
      const id = this.get(found).traceId;
      if (load<u64>(id, 8) == low && load<u64>(id) == high) return found;
    }
    traces.put(index);
    return index;
  }

  /** True when the trace that begins with entry `first` has a span with this id. */
  has(first: i32, spanId: Text): bool {
    if (spanId.size != 8 || (!this.knowsSpans && !this.readSpanIds())) return false;
    return this.findSpan(first, load<u64>(spanId.pointer));
  }

  private readSpanIds(): bool {
    if (!this.spans.clear(this.length)) return false;
    for (let i = 0; i < this.length; i++) {
      const entry = this.get(i);
      if (entry.spanId != 0 && !this.findSpan(entry.first, load<u64>(entry.spanId))) this.spans.put(i);
    }
    return (this.knowsSpans = true);
  }

  private findSpan(first: i32, id: u64): bool {
    const spans = this.spans;
    for (let found = spans.first(id); found != NONE; found = spans.next()) {
      const entry = this.get(found);
      if (entry.first == first && load<u64>(entry.spanId) == id) return true;
    }
    return false;
  }
}
