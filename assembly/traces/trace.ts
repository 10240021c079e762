import { fail } from '../host';
import { Span, resource, scope } from '../items';
import { take } from '../protobuf';
import { Text } from '../text';
import { NONE, SpanEntry, SpanTable } from './spanTable';

/**
 * The spans of one trace in a batch, in order: `while (trace.next()) ... trace.span`. Changes to a span are kept if
 * the trace is kept.
 */
export class Trace {
  private table: SpanTable | null = null;
  private first: i32 = NONE;
  private current: i32 = NONE;
  private following: i32 = NONE;
  private idView: Text = new Text();
  /** The current span, with its `resource` and `scope`. The same object each time. */
  readonly span: Span = new Span();

  /** @internal */
  bind(table: SpanTable, first: i32): void {
    this.table = table;
    this.first = this.following = first;
    this.current = NONE;
  }

  /** 16 bytes; empty for a span without a valid id, which forms a separate trace. */
  get id(): Text {
    const id = this.entry(this.first).traceId;
    return this.idView.bind(id, id == 0 ? 0 : 16);
  }

  /** The number of its spans. */
  get length(): i32 {
    return this.entry(this.first).count;
  }

  /** Moves to the next span; false after the last. */
  next(): bool {
    this.commit();
    const index = this.following;
    if (index == NONE) return false;
    const entry = this.entry(index);
    this.current = index;
    this.following = entry.next;
    this.span.bind(entry.start, entry.end);
    resource.bind(entry.resourceStart, entry.resourceEnd);
    scope.bind(entry.scopeStart, entry.scopeEnd);
    return true;
  }

  /** Returns to the position before the first span. */
  rewind(): this {
    this.commit();
    this.following = this.first;
    return this;
  }

  /**
   * True when the current span has no parent in the trace so far: it is a root, or its parent is in another process
   * or follows later.
   */
  get isRoot(): bool {
    const table = this.table!;
    const parent = this.span.parentSpanId;
    return parent.size == 0 || !table.has(this.first, parent);
  }

  /** Moves to the first root span; false when there is none. */
  findRoot(): bool {
    this.rewind();
    while (this.next()) {
      if (this.isRoot) return true;
    }
    return false;
  }

  /** @internal Applies the changes in the current span. */
  commit(): void {
    const current = this.current;
    if (current == NONE) return;
    this.current = NONE;
    const span = this.span;
    if (span.touched) {
      span.commit();
      if (span.message.edited) this.keepChanged(this.entry(current));
    }
    resource.commit();
    scope.commit();
    if (resource.message.edited || scope.message.edited)
      fail('onTrace changed a resource or a scope, which traces share: change them in onResource or onScope');
  }

  private keepChanged(entry: SpanEntry): void {
    const message = this.span.message;
    const size = message.size;
    const at = take(max(size, 1));
    if (at == 0) return;
    message.write(at);
    entry.start = at;
    entry.end = at + size;
    entry.isChanged = true;
  }

  private entry(index: i32): SpanEntry {
    return this.table!.get(index);
  }
}
