import { arena } from '../values/arena';
import { STANDARD, base64 } from './base64';
import { Builder } from '../values/builder';
import { doubleText, infinityText } from './doubleText';
import { writeJson } from './jsonText';
import { error } from '../values/failure';
import { toHex } from './hex';
import { Kind, Val } from '../values/val';

/** A string constant as a value. */
export function textOf(value: string): Val {
  const size = String.UTF8.byteLength(value);
  const at = arena.take(size);
  String.UTF8.encodeUnsafe(changetype<usize>(value), value.length, at);
  return Val.text(at, size);
}

/** Converts a stored value to text like `body.string` and `stringify_all`. */
export function asText(value: Val): Val | null {
  switch (value.kind) {
    case Kind.Text:
      return value;
    case Kind.Nil:
      return Val.text(0, 0);
    case Kind.Bool:
      return textOf(value.bits != 0 ? 'true' : 'false');
    case Kind.Int:
      return textOf(value.int.toString());
    case Kind.Double:
      return isFinite(value.double)
        ? textOf(doubleText(value.double))
        : textOf(isNaN(value.double) ? 'NaN' : value.double > 0 ? 'Infinity' : '-Infinity');
    case Kind.Bytes:
      return base64(value, STANDARD, true);
    default: {
      const builder = new Builder();
      return writeJson(builder, value) ? builder.text() : Val.text(0, 0);
    }
  }
}

/** Converts any value to text, for converters with a StringLike parameter. Nil stays nil. Returns null on an error. */
export function textLike(value: Val): Val | null {
  switch (value.kind) {
    case Kind.Text:
    case Kind.Nil:
      return value;
    case Kind.Bytes:
      return toHex(value);
    case Kind.Double:
      if (!isFinite(value.double)) return error('JSON cannot represent ' + infinityText(value.double));
      return textOf(doubleText(value.double));
    case Kind.Duration:
      return textOf(value.int.toString());
    case Kind.Lambda:
      return error('a lambda cannot be converted to a string');
    case Kind.Opaque:
      return textOf('{}');
    case Kind.TraceId:
    case Kind.SpanId:
    case Kind.ProfileId:
      return bytesText(value);
    default: {
      const builder = new Builder();
      return writeJson(builder, value) ? builder.text() : error('a value of this type cannot be converted to a string');
    }
  }
}

/** An id as a JSON array of bytes. */
function bytesText(id: Val): Val {
  const builder = new Builder(4 * id.size + 2);
  for (let i: usize = 0; i < id.size; i++) {
    builder.byte(i == 0 ? 91 : 44);
    builder.int(load<u8>(id.pointer + i));
  }
  builder.byte(93);
  return builder.text();
}
