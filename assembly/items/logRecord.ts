import { Attributes } from '../attributes';
import { resource, scope } from './current';
import { Item, Resource, Scope } from './item';
import { Text } from '../text';
import { Value } from '../attributes';
import { Message, mergedEnd, mergedStart } from '../protobuf';

const BODY: u32 = 2;
const BODY_NUMBER: u32 = 5;

/** The lowest number of each range of OTLP's SeverityNumber: `Severity.Warn` to `Severity.Error - 1` are warnings. */
export const enum Severity {
  Unspecified = 0,
  Trace = 1,
  Debug = 5,
  Info = 9,
  Warn = 13,
  Error = 17,
  Fatal = 21,
}

/** A log record in place (OTLP LogRecord). Times are nanoseconds since 1970. */
export class LogRecord extends Item {
  private severityTextView: Text = new Text();
  private eventNameView: Text = new Text();
  private traceIdView: Text = new Text();
  private spanIdView: Text = new Text();
  private bodyValue: Value = new Value();
  private bodyView: Attributes;

  constructor(message: Message = new Message()) {
    super(message, 6);
    this.bodyView = new Attributes(message, BODY_NUMBER, false);
  }

  commit(): void {
    super.commit();
    if (this.used & BODY) this.bodyView.commit();
  }

  get resource(): Resource {
    return resource;
  }

  get scope(): Scope {
    return scope;
  }

  get timeUnixNano(): u64 {
    return this.message.fixed64(1);
  }

  get observedTimeUnixNano(): u64 {
    return this.message.fixed64(11);
  }

  /** 1 to 24; 0 when there is none. */
  get severityNumber(): i32 {
    return <i32>this.message.varint(2);
  }

  setSeverityNumber(value: i32): void {
    this.message.setVarint(2, value);
  }

  get severityText(): Text {
    return this.message.text(3, this.severityTextView);
  }

  setSeverityText(value: string): void {
    this.message.setText(3, value);
  }

  /** The logged value: usually a text or a map. */
  get body(): Value {
    const value = this.bodyValue;
    if (this.message.findMessage(BODY_NUMBER)) return value.bind(mergedStart, mergedEnd);
    return value.bind(0, 0);
  }

  setBody(value: Value): void {
    this.message.setBytes(BODY_NUMBER, value.start, value.end - value.start);
  }

  /** The body as the only entry of a list without keys, to walk and change nested values. */
  get bodyParts(): Attributes {
    const view = this.bodyView;
    return this.use(BODY) ? view.rewind() : view.reset();
  }

  get eventName(): Text {
    return this.message.text(12, this.eventNameView);
  }

  /** 16 bytes, or empty. */
  get traceId(): Text {
    return this.message.text(9, this.traceIdView);
  }

  /** 8 bytes, or empty. */
  get spanId(): Text {
    return this.message.text(10, this.spanIdView);
  }
}
