import { FieldReader, Region, fail, failed } from 'otelwasm/assembly';
import { Field, FieldType, Shape } from './messages';

const MAX_DEPTH = 100;
const HEX = '0123456789abcdef';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;

/** OTLP JSON (opentelemetry-proto's JSON mapping) written from protobuf bytes, field by field as the shape lists them. */
export class JsonLine {
  constructor(private bytes: Region) {}

  get pointer(): usize {
    return this.bytes.pointer;
  }

  get size(): usize {
    return this.bytes.length;
  }

  clear(): void {
    this.bytes.length = 0;
  }

  message(shape: Shape, start: usize, end: usize, depth: i32): void {
    if (depth > MAX_DEPTH) return fail('messages nested deeper than ' + MAX_DEPTH.toString() + ' levels');
    this.byte(0x7b);
    let separate = false;
    for (let i = 0; i < shape.fields.length && !failed(); i++) {
      const before = this.bytes.length;
      if (separate) this.byte(0x2c);
      const name = this.bytes.length;
      this.field(shape.fields[i], start, end, depth);
      if (this.bytes.length == name) this.bytes.length = before;
      else separate = true;
    }
    this.byte(0x7d);
  }

  /** Writes `"name":value`, or nothing when the message has no such field. */
  private field(field: Field, start: usize, end: usize, depth: i32): void {
    const reader = new FieldReader(start, end, field.number);
    let count = 0;
    const name = this.bytes.length;
    let value: usize = 0;
    while (reader.next()) {
      const packed = field.repeated && reader.isBytes && isPackable(field.type);
      // Protobuf treats a field of another wire type as one that it does not know.
      if (!packed && reader.isBytes != isBytes(field.type)) continue;
      if (count++ == 0) {
        this.quoted(field.name);
        this.ascii(field.repeated ? ':[' : ':');
        value = this.bytes.length;
      } else if (field.repeated) {
        if (this.bytes.length > value) this.byte(0x2c);
      } else {
        // Of a field that is there twice, the last counts.
        this.bytes.length = value;
      }
      if (packed) this.packed(field, reader);
      else this.value(field, reader, depth);
    }
    if (field.repeated && count > 0) this.byte(0x5d);
    // A packed list without numbers is no list.
    if (field.repeated && this.bytes.length == value + 1) this.bytes.length = name;
  }

  private packed(field: Field, reader: FieldReader): void {
    let separate = false;
    while (reader.nextPacked(field.type == FieldType.UInt64 ? 0 : 8)) {
      if (separate) this.byte(0x2c);
      separate = true;
      this.number(field.type, reader.bits);
    }
  }

  private value(field: Field, reader: FieldReader, depth: i32): void {
    const shape = field.shape;
    if (shape !== null) this.message(shape, reader.body, reader.end, depth + 1);
    else if (field.type == FieldType.Text) this.text(reader.body, reader.end);
    else if (field.type == FieldType.Hex) this.hex(reader.body, reader.end);
    else if (field.type == FieldType.Base64) this.base64(reader.body, reader.end);
    else this.number(field.type, reader.bits);
  }

  private number(type: FieldType, bits: u64): void {
    if (type == FieldType.Bool) this.ascii(bits == 0 ? 'false' : 'true');
    else if (type == FieldType.Double) this.double(reinterpret<f64>(bits));
    else if (type == FieldType.Int32) this.ascii((<i32>bits).toString());
    else if (type == FieldType.UInt32 || type == FieldType.Fixed32) this.ascii((<u32>bits).toString());
    else if (type == FieldType.SInt32)
      this.ascii((<i32>(((<u32>bits) >> 1) ^ -((<u32>bits) & 1))).toString());
    else if (type == FieldType.UInt64 || type == FieldType.Fixed64) this.quoted(bits.toString());
    else this.quoted((<i64>bits).toString());
  }

  private double(value: f64): void {
    if (isNaN(value)) this.quoted('NaN');
    else if (!isFinite(value)) this.quoted(value > 0 ? 'Infinity' : '-Infinity');
    else this.ascii(value.toString());
  }

  private text(at: usize, end: usize): void {
    this.byte(QUOTE);
    // Whole runs without anything to escape are copied at once.
    let run = at;
    for (; at < end; at++) {
      const byte = load<u8>(at);
      if (byte >= 0x20 && byte != QUOTE && byte != BACKSLASH) continue;
      this.copy(run, at - run);
      run = at + 1;
      if (byte >= 0x20) {
        this.byte(BACKSLASH);
        this.byte(byte);
      } else {
        this.ascii('\\u00');
        this.digit(HEX, byte >> 4);
        this.digit(HEX, byte & 15);
      }
    }
    this.copy(run, end - run);
    this.byte(QUOTE);
  }

  private hex(at: usize, end: usize): void {
    this.byte(QUOTE);
    for (; at < end; at++) {
      this.digit(HEX, load<u8>(at) >> 4);
      this.digit(HEX, load<u8>(at) & 15);
    }
    this.byte(QUOTE);
  }

  private base64(at: usize, end: usize): void {
    this.byte(QUOTE);
    for (; at < end; at += 3) {
      const left = end - at;
      const first: u32 = load<u8>(at);
      const second: u32 = left > 1 ? load<u8>(at + 1) : 0;
      const third: u32 = left > 2 ? load<u8>(at + 2) : 0;
      const bits = (first << 16) | (second << 8) | third;
      this.digit(BASE64, bits >> 18);
      this.digit(BASE64, (bits >> 12) & 63);
      if (left > 1) this.digit(BASE64, (bits >> 6) & 63);
      else this.byte(0x3d);
      if (left > 2) this.digit(BASE64, bits & 63);
      else this.byte(0x3d);
    }
    this.byte(QUOTE);
  }

  private quoted(text: string): void {
    this.byte(QUOTE);
    this.ascii(text);
    this.byte(QUOTE);
  }

  ascii(text: string): void {
    for (let i = 0; i < text.length; i++) this.byte(<u8>text.charCodeAt(i));
  }

  private digit(digits: string, index: u32): void {
    this.byte(<u8>digits.charCodeAt(index));
  }

  private byte(value: u8): void {
    const bytes = this.bytes;
    if (!bytes.reserve(bytes.length + 1))
      return fail('out of memory: the line has ' + this.size.toString() + ' bytes');
    store<u8>(bytes.pointer + bytes.length++, value);
  }

  private copy(source: usize, size: usize): void {
    if (!this.bytes.append(source, size))
      fail('out of memory: the line has ' + this.size.toString() + ' bytes');
  }
}

function isPackable(type: FieldType): bool {
  return type == FieldType.Fixed64 || type == FieldType.Double || type == FieldType.UInt64;
}

function isBytes(type: FieldType): bool {
  return type <= FieldType.Base64 || type == FieldType.Message;
}
