import { anyArg, bytesLike } from './arguments';
import { define } from '../evaluate/call';
import { error } from '../values/failure';
import { fromHex } from '../text/hex';
import { Node } from '../program/program';
import { Kind, Val } from '../values/val';

/** Converts `size` bytes, or twice as many hexadecimal digits, to an id. */
function id(call: Node, kind: u32, size: usize): Val | null {
  const value = anyArg(call, 0);
  if (value === null) return null;
  const bytes = bytesLike(value);
  if (bytes === null) return null;
  if (bytes.size == size) return Val.bytes(kind, bytes.pointer, size);
  const decoded = bytes.size == 2 * size ? fromHex(bytes) : null;
  if (decoded === null) return error('an id must have ' + (<i32>size).toString() + ' bytes or ' + (<i32>(2 * size)).toString() + ' hexadecimal digits');
  return Val.bytes(kind, decoded.pointer, size);
}

define('TraceID', (call: Node): Val | null => id(call, Kind.TraceId, 16));
define('SpanID', (call: Node): Val | null => id(call, Kind.SpanId, 8));
define('ProfileID', (call: Node): Val | null => id(call, Kind.ProfileId, 16));
