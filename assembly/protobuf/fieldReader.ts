import {
  Wire,
  fieldBody,
  fieldEnd,
  fieldNumber,
  fieldWire,
  readField,
  readVarint,
  varint,
  varintEnd,
} from './wire';

/** Reads all fields of a message with one number, of any wire type: for guests that read whole batches. */
export class FieldReader {
  body: usize = 0;
  end: usize = 0;
  /** The field is length-delimited: a message, text, bytes or a packed list. */
  isBytes: bool = false;
  /** The bits of a number. */
  bits: u64 = 0;
  private at: usize;

  constructor(
    start: usize,
    private limit: usize,
    private number: u32,
  ) {
    this.at = start;
  }

  next(): bool {
    while (readField(this.at, this.limit)) {
      this.at = fieldEnd;
      if (fieldNumber == this.number) return this.show();
    }
    return false;
  }

  private show(): bool {
    this.body = fieldBody;
    this.end = fieldEnd;
    this.isBytes = fieldWire == Wire.Bytes;
    if (fieldWire == Wire.Fixed64) this.bits = load<u64>(fieldBody);
    else if (fieldWire == Wire.Fixed32) this.bits = load<u32>(fieldBody);
    else if (fieldWire == Wire.Varint && readVarint(fieldBody, fieldEnd)) this.bits = varint;
    return true;
  }

  /** Moves `bits` to the next number of a packed list. Each number takes `size` bytes, 0 for varints. */
  nextPacked(size: usize): bool {
    if (this.body >= this.end) return false;
    if (size == 0) {
      if (!readVarint(this.body, this.end)) return false;
      this.bits = varint;
      this.body = varintEnd;
      return true;
    }
    if (this.end - this.body < size) return false;
    this.bits = size == 8 ? load<u64>(this.body) : load<u32>(this.body);
    this.body += size;
    return true;
  }
}
