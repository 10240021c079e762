import { resource, scope } from './current';
import { Message } from '../protobuf';
import { RepeatedField } from './repeatedField';
import { Item, Resource, Scope } from './item';
import { Text } from '../text';
import { Wire, fieldBody, fieldEnd, fieldNumber, fieldWire, readField } from '../protobuf';

const POINTS: u32 = 2;

/** What a metric holds: the field numbers of OTLP Metric's data. */
export const enum MetricKind {
  Empty = 0,
  Gauge = 5,
  Sum = 7,
  Histogram = 9,
  ExponentialHistogram = 10,
  Summary = 11,
}

/** OTLP AggregationTemporality. */
export const enum Temporality {
  Unspecified = 0,
  Delta = 1,
  Cumulative = 2,
}

/** A data point of any kind of metric (OTLP NumberDataPoint, HistogramDataPoint, ...): what they have in common, mostly. */
export class DataPoint extends Item {
  constructor() {
    super(new Message(), 7);
  }

  /** Points of different kinds have their attributes in different fields. */
  showKind(kind: u32): void {
    if (kind == MetricKind.Histogram) this.attributesView.number = 9;
    else if (kind == MetricKind.ExponentialHistogram) this.attributesView.number = 1;
    else this.attributesView.number = 7;
  }

  get startTimeUnixNano(): u64 {
    return this.message.fixed64(2);
  }

  get timeUnixNano(): u64 {
    return this.message.fixed64(3);
  }

  /** True when the point of a gauge or a sum holds an integer: `int` is exact then. */
  get isInt(): bool {
    return this.message.find(6, Wire.Fixed64);
  }

  get int(): i64 {
    return this.isInt ? <i64>this.message.fixed64(6) : <i64>this.double;
  }

  get double(): f64 {
    return this.isInt ? <f64>(<i64>this.message.fixed64(6)) : reinterpret<f64>(this.message.fixed64(4));
  }

  /** Of a histogram or summary: how many values were recorded. */
  get count(): u64 {
    return this.message.fixed64(4);
  }

  /** Of a histogram or summary: the sum of the values recorded. */
  get sum(): f64 {
    return reinterpret<f64>(this.message.fixed64(5));
  }
}

/**
 * A metric with its data points where it lies (OTLP Metric). Its own `attributes` are OTLP's metadata; what one usually
 * means are those of its points. A metric whose last point was removed goes too.
 */
export class Metric extends Item {
  private view: Text = new Text();
  private dataKind: u32 = MetricKind.Empty;
  private pointsView: RepeatedField<DataPoint>;
  private emptied: bool = false;

  constructor(private data: Message = new Message()) {
    super(new Message(), 12);
    this.pointsView = new RepeatedField<DataPoint>(data, 1, new DataPoint());
  }

  bind(start: usize, end: usize): void {
    super.bind(start, end);
    this.emptied = false;
  }

  commit(): void {
    super.commit();
    if (!(this.used & POINTS)) return;
    this.pointsView.commit();
    if (!this.data.edited) return;
    this.message.setMessage(this.dataKind, this.data);
    this.emptied = !this.data.find(1, Wire.Bytes);
  }

  get isEmptied(): bool {
    return this.emptied;
  }

  get resource(): Resource {
    return resource;
  }

  get scope(): Scope {
    return scope;
  }

  get name(): Text {
    return this.message.text(1, this.view);
  }

  setName(value: string): void {
    this.message.setText(1, value);
  }

  get description(): Text {
    return this.message.text(2, this.view);
  }

  get unit(): Text {
    return this.message.text(3, this.view);
  }

  setUnit(value: string): void {
    this.message.setText(3, value);
  }

  get kind(): MetricKind {
    this.open();
    return <MetricKind>this.dataKind;
  }

  /** Of a sum or a histogram. */
  get temporality(): Temporality {
    this.open();
    return this.dataKind == MetricKind.Gauge
      ? Temporality.Unspecified
      : <Temporality>(<i32>this.data.varint(2));
  }

  /** Of a sum: it never goes down. */
  get isMonotonic(): bool {
    this.open();
    return this.dataKind == MetricKind.Sum && this.data.varint(3) != 0;
  }

  /** The data points: `const points = metric.points; while (points.next()) points.current ...`. */
  get points(): RepeatedField<DataPoint> {
    this.open();
    return this.pointsView.rewind();
  }

  /** Finds the message that holds the points; of two, the last counts. */
  private open(): void {
    if (this.use(POINTS)) return;
    this.dataKind = MetricKind.Empty;
    this.data.bind(0, 0);
    const end = this.message.end;
    for (let at = this.message.start; readField(at, end); at = fieldEnd) {
      if (fieldWire != Wire.Bytes || !isData(fieldNumber)) continue;
      this.dataKind = fieldNumber;
      this.data.bind(fieldBody, fieldEnd);
    }
    this.pointsView.reset();
    this.pointsView.current.showKind(this.dataKind);
  }
}

function isData(number: u32): bool {
  return number == 5 || number == 7 || (number >= 9 && number <= 11);
}
