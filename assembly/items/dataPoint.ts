import { Message, Wire, readFixed64s, setFixed64s } from '../protobuf';
import { Buckets, fromZigzag, setBuckets, toZigzag } from './buckets';
import { Exemplar } from './exemplar';
import { Item } from './item';
import { RepeatedField } from './repeatedField';

/** The kind of a metric: the field numbers of OTLP Metric's data. */
export const enum MetricKind {
  Empty = 0,
  Gauge = 5,
  Sum = 7,
  Histogram = 9,
  ExponentialHistogram = 10,
  Summary = 11,
}

const EXEMPLARS: u32 = 2;

const AS_DOUBLE: u32 = 4;
const AS_INT: u32 = 6;

/**
 * A data point of any kind of metric (OTLP NumberDataPoint, HistogramDataPoint, ExponentialHistogramDataPoint,
 * SummaryDataPoint). Properties that its kind lacks read as 0 or empty, and must not be set.
 */
export class DataPoint extends Item {
  private kind: u32 = MetricKind.Empty;
  private exemplarsView: RepeatedField<Exemplar>;
  private positiveView: Buckets = new Buckets();
  private negativeView: Buckets = new Buckets();

  constructor(message: Message = new Message()) {
    super(message, 7);
    this.exemplarsView = new RepeatedField<Exemplar>(message, 5, new Exemplar());
  }

  /** @internal Selects the kind: points of different kinds have the same properties in different fields. */
  bindKind(kind: u32): void {
    this.kind = kind;
    const isHistogram = kind == MetricKind.Histogram;
    const isExponential = kind == MetricKind.ExponentialHistogram;
    this.attributesView.number = isHistogram ? 9 : isExponential ? 1 : 7;
    // A summary has none: no field has the number 0.
    this.exemplarsView.number = isHistogram ? 8 : isExponential ? 11 : kind == MetricKind.Summary ? 0 : 5;
  }

  commit(): void {
    super.commit();
    if (this.used & EXEMPLARS) this.exemplarsView.commit();
  }

  get startTimeUnixNano(): u64 {
    return this.message.fixed64(2);
  }

  setStartTimeUnixNano(value: u64): void {
    this.message.setFixed64(2, value);
  }

  get timeUnixNano(): u64 {
    return this.message.fixed64(3);
  }

  setTimeUnixNano(value: u64): void {
    this.message.setFixed64(3, value);
  }

  /**
   * Sample values of the point: `const exemplars = point.exemplars; while (exemplars.next()) exemplars.current ...`.
   */
  get exemplars(): RepeatedField<Exemplar> {
    const view = this.exemplarsView;
    return this.use(EXEMPLARS) ? view.rewind() : view.reset();
  }

  // #region gauges and sums

  /** True when the point of a gauge or a sum is an integer. `int` is then exact. */
  get isInt(): bool {
    return this.message.lastOf(AS_DOUBLE, AS_INT, Wire.Fixed64) == AS_INT;
  }

  get int(): i64 {
    return this.isInt ? <i64>this.message.fixed64(AS_INT) : <i64>this.double;
  }

  setInt(value: i64): void {
    this.message.clear(AS_DOUBLE);
    this.message.setFixed64(AS_INT, value);
  }

  get double(): f64 {
    return this.isInt
      ? <f64>(<i64>this.message.fixed64(AS_INT))
      : reinterpret<f64>(this.message.fixed64(AS_DOUBLE));
  }

  setDouble(value: f64): void {
    this.message.clear(AS_INT);
    this.message.setFixed64(AS_DOUBLE, reinterpret<u64>(value));
  }

  // #endregion
  // #region histograms and summaries

  /** The number of recorded values. */
  get count(): u64 {
    return this.message.fixed64(4);
  }

  setCount(value: u64): void {
    this.message.setFixed64(4, value);
  }

  /** The sum of the recorded values. */
  get sum(): f64 {
    return reinterpret<f64>(this.message.fixed64(5));
  }

  setSum(value: f64): void {
    this.message.setFixed64(5, reinterpret<u64>(value));
  }

  /** The smallest recorded value; NaN when unknown. */
  get min(): f64 {
    return this.optional(this.minNumber);
  }

  setMin(value: f64): void {
    this.message.setFixed64(this.minNumber, reinterpret<u64>(value));
  }

  /** The largest recorded value; NaN when unknown. */
  get max(): f64 {
    return this.optional(this.minNumber + 1);
  }

  setMax(value: f64): void {
    this.message.setFixed64(this.minNumber + 1, reinterpret<u64>(value));
  }

  private get minNumber(): u32 {
    return this.kind == MetricKind.ExponentialHistogram ? 12 : 11;
  }

  private optional(number: u32): f64 {
    return this.message.find(number, Wire.Fixed64) ? reinterpret<f64>(this.message.fixed64(number)) : NaN;
  }

  // #endregion
  // #region histograms with explicit bounds

  /** One more than the number of bounds, or none. */
  get bucketCounts(): Array<u64> {
    return this.kind == MetricKind.Histogram ? readFixed64s(this.whole, 6) : [];
  }

  setBucketCounts(values: Array<u64>): void {
    setFixed64s(this.message, 6, values);
  }

  get explicitBounds(): Array<f64> {
    const bits = this.kind == MetricKind.Histogram ? readFixed64s(this.whole, 7) : [];
    return bits.map<f64>((value: u64): f64 => reinterpret<f64>(value));
  }

  setExplicitBounds(values: Array<f64>): void {
    setFixed64s(this.message, 7, values.map<u64>((value: f64): u64 => reinterpret<u64>(value)));
  }

  // #endregion
  // #region exponential histograms

  /** A bucket's upper bound is `2 ** 2 ** -scale` times its lower bound. */
  get scale(): i32 {
    return fromZigzag(this.message.varint(6));
  }

  setScale(value: i32): void {
    this.message.setVarint(6, toZigzag(value));
  }

  get zeroCount(): u64 {
    return this.message.fixed64(7);
  }

  setZeroCount(value: u64): void {
    this.message.setFixed64(7, value);
  }

  /** Values up to this distance from 0 are counted in `zeroCount`. */
  get zeroThreshold(): f64 {
    return reinterpret<f64>(this.message.fixed64(14));
  }

  setZeroThreshold(value: f64): void {
    this.message.setFixed64(14, reinterpret<u64>(value));
  }

  get positive(): Buckets {
    this.message.bindChild(8, this.positiveView.message);
    return this.positiveView;
  }

  setPositive(offset: i32, counts: Array<u64>): void {
    setBuckets(this.message, 8, offset, counts);
  }

  get negative(): Buckets {
    this.message.bindChild(9, this.negativeView.message);
    return this.negativeView;
  }

  setNegative(offset: i32, counts: Array<u64>): void {
    setBuckets(this.message, 9, offset, counts);
  }

  // #endregion
}
