import { anyArg, boolLike, bytesLike, doubleLike, intArg, intLike, textArg, textLikeArg } from './arguments';
import { argumentNode, define, hasArgument } from '../evaluate/call';
import { evaluate } from '../evaluate/evaluate';
import { error } from '../values/failure';
import { toHex } from '../text/hex';
import { parseInteger } from '../numbers/numbers';
import { logarithm } from '../numbers/logarithm';
import { Node } from '../program/program';
import { STANDARD, URL_SAFE, base64, fromBase64 } from '../text/base64';
import { FALSE, Kind, NIL, Val } from '../values/val';

define('String', (call: Node): Val | null => textLikeArg(call, 0));

define('Int', (call: Node): Val | null => {
  const value = anyArg(call, 0);
  return value === null ? null : intLike(value);
});

define('Double', (call: Node): Val | null => {
  const value = anyArg(call, 0);
  return value === null ? null : doubleLike(value);
});

define('Bool', (call: Node): Val | null => {
  const value = anyArg(call, 0);
  return value === null ? null : boolLike(value);
});

define('Hex', (call: Node): Val | null => {
  const value = anyArg(call, 0);
  if (value === null) return null;
  const bytes = bytesLike(value);
  return bytes === null ? null : toHex(bytes);
});

define('ParseInt', (call: Node): Val | null => {
  const text = textArg(call, 0);
  if (text === null) return null;
  if (text.size == 0) return error('an empty string is not a number');
  const base = intArg(call, 1);
  return base === null ? null : parseInteger(text, base.int);
});

define('Log', (call: Node): Val | null => {
  const value = anyArg(call, 0);
  if (value === null) return null;
  const number = doubleLike(value);
  if (number === null) return null;
  if (number.kind == Kind.Nil || number.double <= 0) return error('a logarithm needs a number above 0');
  return Val.double(logarithm(number.double));
});

define('Coalesce', (call: Node): Val | null => {
  const values = argumentNode(call, 0)!;
  for (let i: u32 = 0; i < values.count; i++) {
    const value = evaluate(values.node(i));
    if (value === null || value.kind != Kind.Nil) return value;
  }
  return NIL;
});

function isNamed(text: Val, name: string): bool {
  return String.UTF8.decodeUnsafe(text.pointer, text.size) == name;
}

define('Base64Decode', (call: Node): Val | null => {
  const text = textArg(call, 0);
  if (text === null) return null;
  const decoded = fromBase64(text, STANDARD, true);
  return decoded === null ? error('the string is not base64') : decoded;
});

define('Base64Encode', (call: Node): Val | null => {
  const text = textArg(call, 0);
  if (text === null || !hasArgument(call, 1)) return text === null ? null : base64(text, STANDARD, true);
  const variant = textArg(call, 1);
  if (variant === null) return null;
  if (isNamed(variant, 'base64')) return base64(text, STANDARD, true);
  if (isNamed(variant, 'base64-raw')) return base64(text, STANDARD, false);
  if (isNamed(variant, 'base64-url')) return base64(text, URL_SAFE, true);
  if (isNamed(variant, 'base64-raw-url')) return base64(text, URL_SAFE, false);
  return error('unknown variant of base64');
});

define('Decode', (call: Node): Val | null => {
  const value = anyArg(call, 0);
  if (value === null) return null;
  if (value.kind != Kind.Text && value.kind != Kind.Bytes) return error('only strings and bytes can be decoded');
  const encoding = textArg(call, 1);
  if (encoding === null) return null;
  const isUrl = isNamed(encoding, 'base64-url') || isNamed(encoding, 'base64-raw-url');
  const isRaw = isNamed(encoding, 'base64-raw') || isNamed(encoding, 'base64-raw-url');
  if (isUrl || isRaw || isNamed(encoding, 'base64')) {
    const decoded = fromBase64(value, isUrl ? URL_SAFE : STANDARD, !isRaw);
    return decoded === null ? error('the value is not base64') : decoded;
  }
  return decodeText(value, encoding);
});

import { decodeText } from '../text/encodings';

// Digits, with optional spaces, of which the last is the Luhn check digit.
define('IsValidLuhn', (call: Node): Val | null => {
  const text = textLikeArg(call, 0);
  if (text === null) return null;
  if (text.kind == Kind.Nil) return error('nil is not a number');
  let sum = 0;
  let count = 0;
  for (let at = text.pointer + text.size; at > text.pointer; ) {
    const byte: i32 = load<u8>(--at);
    if (byte == 32) continue;
    if (byte < 48 || byte > 57) return error('the string is not a number');
    let digit = byte - 48;
    if (count & 1) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
    count++;
  }
  return count == 0 ? FALSE : Val.bool(sum % 10 == 0);
});
