import { Message, Wire } from '../protobuf';
import { Text } from '../text';
import { Item } from './item';

/** A sample value of a data point (OTLP Exemplar). Its attributes are OTLP's filtered attributes. */
export class Exemplar extends Item {
  private traceIdView: Text = new Text();
  private spanIdView: Text = new Text();

  constructor() {
    super(new Message(), 7);
  }

  get timeUnixNano(): u64 {
    return this.message.fixed64(2);
  }

  /** True when the value is an integer. `int` is then exact. */
  get isInt(): bool {
    return this.message.lastOf(3, 6, Wire.Fixed64) == 6;
  }

  get int(): i64 {
    return this.isInt ? <i64>this.message.fixed64(6) : <i64>this.double;
  }

  get double(): f64 {
    return this.isInt ? <f64>(<i64>this.message.fixed64(6)) : reinterpret<f64>(this.message.fixed64(3));
  }

  /** 8 bytes, or empty. */
  get spanId(): Text {
    return this.message.text(4, this.spanIdView);
  }

  /** 16 bytes, or empty. */
  get traceId(): Text {
    return this.message.text(5, this.traceIdView);
  }
}
