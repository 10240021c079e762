import { Text, Value, ValueKind } from 'otelwasm/assembly';
import { sha256Hex } from '../common/sha256';

const HEX_DIGITS: usize = 64;

const number = memory.data(8, 8);
const digits = new Text();

/**
 * The SHA-256 of a value in hexadecimal, over the same bytes as in the Collector's attributes processor: a text's
 * UTF-8, a number's 8 bytes in little-endian order, 1 or 0 for a boolean. For other values an empty text.
 */
export function hashOf(value: Value): Value {
  let pointer = number;
  let size: usize = 8;
  const kind = value.kind;
  if (kind == ValueKind.Text) {
    pointer = value.text.pointer;
    size = value.text.size;
  } else if (kind == ValueKind.Int) {
    store<i64>(number, value.int);
  } else if (kind == ValueKind.Double) {
    store<f64>(number, value.double);
  } else if (kind == ValueKind.Bool) {
    store<u8>(number, <u8>value.bool);
    size = 1;
  } else {
    return Value.text('');
  }
  return Value.ofText(digits.bind(sha256Hex(pointer, size), HEX_DIGITS));
}
