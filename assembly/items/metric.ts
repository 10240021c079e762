import { resource, scope } from './current';
import { DataPoint, MetricKind } from './dataPoint';
import { RepeatedField } from './repeatedField';
import { Item, Resource, Scope } from './item';
import { Text } from '../text';
import {
  Message,
  Wire,
  fieldBody,
  fieldEnd,
  fieldNumber,
  fieldWire,
  mergeFields,
  mergedEnd,
  mergedStart,
  readField,
} from '../protobuf';

const POINTS: u32 = 2;

/** OTLP AggregationTemporality. */
export const enum Temporality {
  Unspecified = 0,
  Delta = 1,
  Cumulative = 2,
}

/**
 * A metric with its data points, in place (OTLP Metric). Its own `attributes` are OTLP's metadata; the attributes of
 * its points are usually of interest. A metric without points is removed.
 */
export class Metric extends Item {
  private nameView: Text = new Text();
  private descriptionView: Text = new Text();
  private unitView: Text = new Text();
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
    return this.message.text(1, this.nameView);
  }

  setName(value: string): void {
    this.message.setText(1, value);
  }

  setNameText(value: Text): void {
    this.message.setBytes(1, value.pointer, value.size);
  }

  get description(): Text {
    return this.message.text(2, this.descriptionView);
  }

  get unit(): Text {
    return this.message.text(3, this.unitView);
  }

  setUnit(value: string): void {
    this.message.setText(3, value);
  }

  get kind(): MetricKind {
    this.open();
    return <MetricKind>this.dataKind;
  }

  /** For a sum or a histogram. */
  get temporality(): Temporality {
    this.open();
    return this.dataKind == MetricKind.Gauge
      ? Temporality.Unspecified
      : <Temporality>(<i32>this.data.varint(2));
  }

  /** For a sum: it never decreases. */
  get isMonotonic(): bool {
    this.open();
    return this.dataKind == MetricKind.Sum && this.data.varint(3) != 0;
  }

  /** The data points: `const points = metric.points; while (points.next()) points.current ...`. */
  get points(): RepeatedField<DataPoint> {
    this.open();
    return this.pointsView.rewind();
  }

  /**
   * Finds the message that contains the points. The last of several counts; earlier ones of the same kind are merged.
   */
  private open(): void {
    if (this.use(POINTS)) return;
    const message = this.whole;
    let kind: u32 = MetricKind.Empty;
    let run: usize = 0;
    let count = 0;
    this.data.bind(0, 0);
    for (let at = message.start; readField(at, message.end); at = fieldEnd) {
      if (fieldWire != Wire.Bytes || !isData(fieldNumber)) continue;
      if (fieldNumber != kind) {
        kind = fieldNumber;
        run = at;
        count = 0;
      }
      count++;
      this.data.bind(fieldBody, fieldEnd);
    }
    if (count > 1 && mergeFields(run, message.end, kind)) this.data.bind(mergedStart, mergedEnd);
    this.dataKind = kind;
    this.pointsView.reset();
    this.pointsView.current.bindKind(kind);
  }
}

function isData(number: u32): bool {
  return number == 5 || number == 7 || (number >= 9 && number <= 11);
}
