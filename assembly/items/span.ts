import { resource, scope } from './current';
import { Item, Resource, Scope } from './item';
import { Text } from '../text';
import { Message } from '../protobuf';
import { RepeatedField } from './repeatedField';

/** OTLP Span.SpanKind. */
export const enum SpanKind {
  Unspecified = 0,
  Internal = 1,
  Server = 2,
  Client = 3,
  Producer = 4,
  Consumer = 5,
}

/** OTLP Status.StatusCode. */
export const enum StatusCode {
  Unset = 0,
  Ok = 1,
  Error = 2,
}

/** A timed event of a span (OTLP Span.Event: time 1, name 2, attributes 3). */
export class SpanEvent extends Item {
  private nameView: Text = new Text();

  constructor() {
    super(new Message(), 3);
  }

  get timeUnixNano(): u64 {
    return this.message.fixed64(1);
  }

  get name(): Text {
    return this.message.text(2, this.nameView);
  }

  setName(value: string): void {
    this.message.setText(2, value);
  }
}

/** A link to another span (OTLP Span.Link: trace id 1, span id 2, trace state 3, attributes 4). */
export class SpanLink extends Item {
  private traceIdView: Text = new Text();
  private spanIdView: Text = new Text();

  constructor() {
    super(new Message(), 4);
  }

  /** 16 bytes. */
  get traceId(): Text {
    return this.message.text(1, this.traceIdView);
  }

  /** 8 bytes. */
  get spanId(): Text {
    return this.message.text(2, this.spanIdView);
  }
}

const EVENTS: u32 = 2;
const LINKS: u32 = 4;

/** A span in place (OTLP Span). Times are nanoseconds since 1970. */
export class Span extends Item {
  private traceIdView: Text = new Text();
  private spanIdView: Text = new Text();
  private traceStateView: Text = new Text();
  private parentSpanIdView: Text = new Text();
  private nameView: Text = new Text();
  private statusMessageView: Text = new Text();
  private statusView: Message = new Message();
  private eventsView: RepeatedField<SpanEvent>;
  private linksView: RepeatedField<SpanLink>;

  // A subclass's field initializers run before super(), so views that share the message are created here.
  constructor(message: Message = new Message()) {
    super(message, 9);
    this.eventsView = new RepeatedField<SpanEvent>(message, 11, new SpanEvent());
    this.linksView = new RepeatedField<SpanLink>(message, 13, new SpanLink());
  }

  commit(): void {
    super.commit();
    if (this.used & EVENTS) this.eventsView.commit();
    if (this.used & LINKS) this.linksView.commit();
  }

  get resource(): Resource {
    return resource;
  }

  get scope(): Scope {
    return scope;
  }

  /** 16 bytes. */
  get traceId(): Text {
    return this.message.text(1, this.traceIdView);
  }

  /** 8 bytes. */
  get spanId(): Text {
    return this.message.text(2, this.spanIdView);
  }

  get traceState(): Text {
    return this.message.text(3, this.traceStateView);
  }

  setTraceState(value: string): void {
    this.message.setText(3, value);
  }

  /** 8 bytes, or empty for a root span. */
  get parentSpanId(): Text {
    return this.message.text(4, this.parentSpanIdView);
  }

  get name(): Text {
    return this.message.text(5, this.nameView);
  }

  setName(value: string): void {
    this.message.setText(5, value);
  }

  setNameText(value: Text): void {
    this.message.setBytes(5, value.pointer, value.size);
  }

  get kind(): SpanKind {
    return <SpanKind>(<i32>this.message.varint(6));
  }

  setKind(kind: SpanKind): void {
    this.message.setVarint(6, kind);
  }

  get startTimeUnixNano(): u64 {
    return this.message.fixed64(7);
  }

  get endTimeUnixNano(): u64 {
    return this.message.fixed64(8);
  }

  /** Nanoseconds from start to end; 0 when the end precedes the start. */
  get durationNanos(): u64 {
    const start = this.startTimeUnixNano;
    const end = this.endTimeUnixNano;
    return end > start ? end - start : 0;
  }

  get statusCode(): StatusCode {
    return <StatusCode>(<i32>this.readStatus().varint(3));
  }

  get statusMessage(): Text {
    return this.readStatus().text(2, this.statusMessageView);
  }

  /** Sets both. An empty message is removed. */
  setStatus(code: StatusCode, message: string = ''): void {
    const status = this.readStatus();
    status.setVarint(3, code);
    status.setText(2, message);
    this.message.setMessage(15, status);
  }

  private readStatus(): Message {
    const status = this.statusView;
    this.message.bindChild(15, status);
    return status;
  }

  get events(): RepeatedField<SpanEvent> {
    const view = this.eventsView;
    return this.use(EVENTS) ? view.rewind() : view.reset();
  }

  get links(): RepeatedField<SpanLink> {
    const view = this.linksView;
    return this.use(LINKS) ? view.rewind() : view.reset();
  }
}
