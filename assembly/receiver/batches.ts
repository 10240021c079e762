/** Batches that a receiver fills. */
import { Signal, randomBytes, setResult } from '../host';
import { SpanKind, StatusCode } from '../items';
import { Value } from '../attributes';
import { Writer } from './writer';

/** Consecutive items of one resource and scope. */
export abstract class Batch {
  private resourceWriter: Writer = new Writer();
  private whole: Writer = new Writer();
  protected items: Writer = new Writer();
  /** The number of open messages of `items`. */
  protected depth: i32 = 0;
  /** Name and version of the scope, which identify the library that created the items. */
  scopeName: string = '';
  scopeVersion: string = '';

  /** An attribute of the resource that the items describe, e.g. `service.name`. */
  resource(key: string, value: Value): void {
    this.resourceWriter.attribute(1, key, value);
  }

  /** @internal */
  clear(): void {
    this.resourceWriter.clear();
    this.items.clear();
    this.depth = 0;
  }

  /** Ends open messages, down to `depth`. */
  protected endTo(depth: i32): void {
    while (this.depth > depth) {
      this.items.end();
      this.depth--;
    }
  }

  protected begin(number: u32): void {
    this.items.begin(number);
    this.depth++;
  }

  /** @internal Passes the batch to the host, unless it is empty. */
  emit(signal: Signal): void {
    this.endTo(0);
    const items = this.items;
    if (items.size == 0) return;
    const whole = this.whole;
    whole.clear();
    whole.begin(1);
    whole.raw(1, this.resourceWriter.pointer, this.resourceWriter.size);
    whole.begin(2);
    whole.begin(1);
    whole.text(1, this.scopeName);
    whole.text(2, this.scopeVersion);
    whole.end();
    whole.copy(items);
    whole.end();
    whole.end();
    setResult(signal, whole.pointer, whole.size);
  }
}

/** Spans: `batch.span("tick", SpanKind.Internal, start, end)`, then their attributes. */
export class SpanBatch extends Batch {
  private ids: StaticArray<u8> = new StaticArray<u8>(24);

  /** Starts a root span with random ids. Times are nanoseconds since 1970. */
  span(name: string, kind: SpanKind, startTimeUnixNano: u64, endTimeUnixNano: u64): this {
    this.endTo(0);
    this.begin(2);
    const ids = changetype<usize>(this.ids);
    randomBytes(ids, 24);
    const items = this.items;
    items.raw(1, ids, 16);
    items.raw(2, ids + 16, 8);
    items.text(5, name);
    items.varint(6, kind);
    items.fixed64(7, startTimeUnixNano);
    items.fixed64(8, endTimeUnixNano);
    return this;
  }

  /** An attribute of the span. */
  attribute(key: string, value: Value): this {
    this.items.attribute(9, key, value);
    return this;
  }

  status(code: StatusCode, message: string = ''): this {
    this.begin(15);
    this.items.text(2, message);
    this.items.varint(3, code);
    this.endTo(1);
    return this;
  }
}

/** Gauges: `batch.gauge("queue.size", "{item}").point(7, now())`, then the point's attributes. */
export class MetricBatch extends Batch {
  gauge(name: string, unit: string = '', description: string = ''): this {
    this.endTo(0);
    this.begin(2);
    this.items.text(1, name);
    this.items.text(2, description);
    this.items.text(3, unit);
    this.begin(5);
    return this;
  }

  /** A point of the gauge; the time is in nanoseconds since 1970. */
  point(value: f64, timeUnixNano: u64): this {
    this.endTo(2);
    this.begin(1);
    this.items.fixed64(3, timeUnixNano);
    this.items.double(4, value);
    return this;
  }

  /** An attribute of the point. */
  attribute(key: string, value: Value): this {
    this.items.attribute(7, key, value);
    return this;
  }
}

/** Log records: `batch.record(now(), Severity.Info, "INFO", Value.text("started"))`, then their attributes. */
export class LogBatch extends Batch {
  record(timeUnixNano: u64, severityNumber: i32, severityText: string, body: Value): this {
    this.endTo(0);
    this.begin(2);
    const items = this.items;
    items.fixed64(1, timeUnixNano);
    items.fixed64(11, timeUnixNano);
    items.varint(2, severityNumber);
    items.text(3, severityText);
    items.raw(5, body.start, body.end - body.start);
    return this;
  }

  attribute(key: string, value: Value): this {
    this.items.attribute(6, key, value);
    return this;
  }
}
