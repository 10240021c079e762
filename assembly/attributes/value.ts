import { HASH_START, Text, encodeUtf8, hashBytes } from '../text';
import {
  Wire,
  fieldBody,
  fieldEnd,
  fieldNumber,
  fieldWire,
  mergeFields,
  mergedEnd,
  mergedStart,
  putBytesField,
  bytesFieldSize,
  putVarint,
  readField,
  shortBody,
  shortBodyEnd,
  skipField,
  readVarint,
  varint,
  varintSize,
} from '../protobuf';

/** The type of a value: the field numbers of OTLP's AnyValue. */
export const enum ValueKind {
  Empty = 0,
  Text = 1,
  Bool = 2,
  Int = 3,
  Double = 4,
  Array = 5,
  Map = 6,
  Bytes = 7,
}

const TEXT_TAG: u32 = (1 << 3) | 2;

/** A bit for the tag of each kind. */
const TAGS: u64 = 0x04040402_01010400;

/**
 * An attribute's value or a log's body (OTLP AnyValue) in place. `Value.text(...)` and similar functions create new
 * values. Create constant ones once, in `onStart`.
 */
export class Value {
  start: usize = 0;
  end: usize = 0;
  private owned: ArrayBuffer | null = null;
  private content: Text = new Text();
  private textView: Text = new Text();
  private bytesView: Text = new Text();

  static text(value: string): Value {
    const text = encodeUtf8(value);
    return Value.delimited(ValueKind.Text, changetype<usize>(text), text.byteLength);
  }

  static ofText(value: Text): Value {
    return Value.delimited(ValueKind.Text, value.pointer, value.size);
  }

  static bytes(value: Text): Value {
    return Value.delimited(ValueKind.Bytes, value.pointer, value.size);
  }

  static bool(value: bool): Value {
    return Value.varint(ValueKind.Bool, value ? 1 : 0);
  }

  static int(value: i64): Value {
    return Value.varint(ValueKind.Int, value);
  }

  static double(value: f64): Value {
    const made = new Value();
    const at = made.own(9);
    store<u8>(at, (ValueKind.Double << 3) | Wire.Fixed64);
    store<f64>(at + 1, value);
    return made;
  }

  private static delimited(kind: u32, source: usize, size: usize): Value {
    const made = new Value();
    putBytesField(made.own(bytesFieldSize(kind, size)), kind, source, size);
    return made;
  }

  private static varint(kind: u32, value: u64): Value {
    const made = new Value();
    putVarint(putVarint(made.own(1 + varintSize(value)), (kind << 3) | Wire.Varint), value);
    return made;
  }

  private own(size: usize): usize {
    const bytes = new ArrayBuffer(<i32>size);
    this.owned = bytes;
    this.start = changetype<usize>(bytes);
    this.end = this.start + size;
    return this.start;
  }

  @inline bind(start: usize, end: usize): this {
    this.start = start;
    this.end = end;
    return this;
  }

  /** Reads the value's last field, which counts. Consecutive arrays are merged, and so are maps. */
  private read(): u32 {
    // Nearly every value is a single text.
    if (
      this.start < this.end &&
      load<u8>(this.start) == TEXT_TAG &&
      shortBodyEnd(this.start + 1, this.end) == this.end
    ) {
      const text = shortBody(this.start + 1);
      this.content.bind(text, this.end - text);
      return ValueKind.Text;
    }
    let kind: u32 = ValueKind.Empty;
    let body: usize = 0;
    let bodyEnd: usize = 0;
    let run: usize = 0;
    let count = 0;
    for (let at = this.start; readField(at, this.end); at = fieldEnd) {
      if (fieldNumber > <u32>ValueKind.Bytes || fieldWire != wireOf(fieldNumber)) continue;
      if (fieldNumber != kind) {
        kind = fieldNumber;
        run = at;
        count = 0;
      }
      count++;
      body = fieldBody;
      bodyEnd = fieldEnd;
    }
    if (count > 1 && (kind == ValueKind.Array || kind == ValueKind.Map) && mergeFields(run, this.end, kind)) {
      this.content.bind(mergedStart, mergedEnd - mergedStart);
    } else {
      this.content.bind(body, bodyEnd - body);
    }
    return kind;
  }

  /** A number that equal values share, and different ones hardly ever. */
  get hash(): u64 {
    return hashBytes(HASH_START, this.start, this.end - this.start);
  }

  get kind(): ValueKind {
    // Nearly every value is one field, a short text or another type: its tag suffices.
    if (this.isShortText) return ValueKind.Text;
    if (this.start < this.end) {
      const tag = load<u8>(this.start);
      if (tag < 64 && (TAGS >> tag) & 1 && skipField(this.start, this.end) == this.end) return tag >> 3;
    }
    return this.read();
  }

  /** The value is a single text of less than 128 bytes, which two bytes show. */
  @inline private get isShortText(): bool {
    const size = this.end - this.start - 2;
    return size < 0x80 && load<u16>(this.start) == (TEXT_TAG | ((<u32>size) << 8));
  }

  /** The text; empty for other types. */
  get text(): Text {
    if (this.isShortText) return this.textView.bind(this.start + 2, this.end - this.start - 2);
    const content = this.contentOf(ValueKind.Text);
    return this.textView.bind(content.pointer, content.size);
  }

  get bytes(): Text {
    const content = this.contentOf(ValueKind.Bytes);
    return this.bytesView.bind(content.pointer, content.size);
  }

  /** @internal The content of a value of this kind, until the next read; empty for other types. */
  contentOf(kind: ValueKind): Text {
    return this.read() == kind ? this.content : this.content.bind(0, 0);
  }

  get bool(): bool {
    return this.scalar(ValueKind.Bool) != 0;
  }

  get int(): i64 {
    return this.scalar(ValueKind.Int);
  }

  get double(): f64 {
    return this.read() == ValueKind.Double ? load<f64>(this.content.pointer) : 0;
  }

  private scalar(kind: ValueKind): u64 {
    if (this.read() != kind) return 0;
    return readVarint(this.content.pointer, this.content.pointer + this.content.size) ? varint : 0;
  }
}

function wireOf(kind: u32): u32 {
  if (kind == ValueKind.Bool || kind == ValueKind.Int) return Wire.Varint;
  return kind == ValueKind.Double ? Wire.Fixed64 : Wire.Bytes;
}
