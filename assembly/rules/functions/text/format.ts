/**
 * `Format`: Go's Sprintf. src/rules/functions/format.ts parses the format; this file runs its directives.
 * Longer than most files: the flags, width and precision of the current directive are state that every verb reads.
 */
import { formatDouble } from '../../numbers/decimals';
import { Builder } from '../../values/builder';
import { argumentNode, define } from '../../evaluate/call';
import { formatDuration } from '../../time/durations';
import { decode } from '../../values/anyValue';
import { entryEnd, showElement, valueEnd, valueStart } from '../../values/entries';
import { evaluate } from '../../evaluate/evaluate';
import { error } from '../../values/failure';
import { toHex } from '../../text/hex';
import { Op } from '../../program/ops';
import { Node } from '../../program/program';
import { runeAt, runeSize, isBroken } from '../../text/runes';
import { infinityText } from '../../text/doubleText';
import { asText, textOf } from '../../text/texts';
import { Kind, Val } from '../../values/val';

// Flags.
const SHARP: u32 = 1;
const ZERO: u32 = 2;
const PLUS: u32 = 4;
const MINUS: u32 = 8;
const SPACE: u32 = 16;

let to: Builder = changetype<Builder>(0);
let flags: u32 = 0;
let width: i32 = -1;
let precision: i32 = -1;
let isDone: bool = true;
/** Whether the last argument for a width or precision was valid. */
let isGiven: bool = false;

const ESCAPES: string = 'abtnvfr';

define('Format', (call: Node): Val | null => {
  const list = argumentNode(call, 1)!;
  const values = new StaticArray<Val>(<i32>list.count);
  for (let i: u32 = 0; i < list.count; i++) {
    const value = evaluate(list.node(i));
    if (value === null) return null;
    values[i] = value;
  }
  const parts = argumentNode(call, 0)!;
  to = new Builder();
  isDone = true;
  for (let i: u32 = 0; i < parts.count && isDone; i++) {
    const part = parts.node(i);
    if (part.op == Op.Const) to.value(part.constant);
    else if (part.node(0).constant.int == 0) extra(values, numberOf(part, 2));
    else directive(part, values);
  }
  if (!isDone) return error('a value does not fit its directive in the format');
  return to.text();
});

function numberOf(part: Node, index: u32): i32 {
  return <i32>part.node(index).constant.int;
}

function directive(part: Node, values: StaticArray<Val>): void {
  const verb = <u32>numberOf(part, 0);
  flags = <u32>numberOf(part, 1);
  width = numberOf(part, 3);
  precision = numberOf(part, 5);
  const widthArgument = numberOf(part, 4);
  if (widthArgument >= 0) {
    width = given(values, widthArgument);
    if (!isGiven) to.string('%!(BADWIDTH)');
    if (width < 0 && isGiven) {
      width = -width;
      flags = (flags | MINUS) & ~ZERO;
    }
  }
  const precisionArgument = numberOf(part, 6);
  if (precisionArgument >= 0) {
    precision = given(values, precisionArgument);
    if (precision < 0) isGiven = false;
    if (!isGiven) {
      precision = -1;
      to.string('%!(BADPREC)');
    }
  }
  const argument = numberOf(part, 2);
  if (argument >= 0 && argument < values.length) return format(values[argument], verb);
  to.string('%!');
  to.rune(verb);
  to.string(argument < 0 ? '(BADINDEX)' : '(MISSING)');
}

/** A width or precision from an argument; -1 if it is invalid. */
function given(values: StaticArray<Val>, index: i32): i32 {
  isGiven = index < values.length && values[index].kind == Kind.Int && values[index].int <= 1000000 && values[index].int >= -1000000;
  return isGiven ? <i32>values[index].int : -1;
}

function extra(values: StaticArray<Val>, from: i32): void {
  flags = 0;
  width = precision = -1;
  to.string('%!(EXTRA ');
  for (let i = from; i < values.length; i++) {
    if (i > from) to.string(', ');
    typed(values[i]);
  }
  to.byte(41);
}

function typed(value: Val): void {
  if (value.kind == Kind.Nil) return to.string('<nil>');
  to.string(typeName(value));
  to.byte(61);
  format(value, 118);
}

function typeName(value: Val): string {
  switch (value.kind) {
    case Kind.Text:
      return 'string';
    case Kind.Bool:
      return 'bool';
    case Kind.Int:
      return 'int64';
    case Kind.Double:
      return 'float64';
    case Kind.Bytes:
      return '[]uint8';
    case Kind.Time:
      return 'time.Time';
    case Kind.Duration:
      return 'time.Duration';
    case Kind.TraceId:
      return 'pcommon.TraceID';
    case Kind.SpanId:
      return 'pcommon.SpanID';
    case Kind.Map:
      return 'pcommon.Map';
    default:
      return '[]interface {}';
  }
}

function badVerb(value: Val, verb: u32): void {
  to.string('%!');
  to.rune(verb);
  to.byte(40);
  typed(value);
  to.byte(41);
}

// Verbs: v 118, s 115, q 113, d 100, t 116, x 120, X 88, T 84.
function format(value: Val, verb: u32): void {
  if (verb == 84) return pad(textOf(value.kind == Kind.Nil ? '<nil>' : typeName(value)));
  // The plus of `%+v` affects only structs.
  if (verb == 118) flags &= ~PLUS;
  switch (value.kind) {
    case Kind.Nil:
      return verb == 118 ? pad(textOf('<nil>')) : badVerb(value, verb);
    case Kind.Text:
      return formatText(value, verb);
    case Kind.Bool:
      return verb == 116 || verb == 118 ? pad(asText(value)!) : badVerb(value, verb);
    case Kind.Int:
      return formatInt(value, verb);
    case Kind.Double:
      return formatFloat(value, verb);
    case Kind.Bytes:
      if (verb == 118 || verb == 100) break;
      return formatText(Val.text(value.pointer, value.size), verb);
    case Kind.Duration:
      return verb == 100 ? formatInt(value, verb) : formatText(textOf(formatDuration(value.int)), verb);
    case Kind.TraceId:
    case Kind.SpanId:
    case Kind.ProfileId:
      return formatText(toHex(value), verb);
    case Kind.List: {
      to.byte(91);
      const end = value.pointer + value.size;
      for (let at = value.pointer; showElement(at, end); ) {
        if (at != value.pointer) to.byte(32);
        at = entryEnd;
        format(decode(valueStart, valueEnd), verb);
      }
      return to.byte(93);
    }
  }
  // Go would print memory addresses, or a time with its monotonic clock.
  isDone = false;
}

/** Writes a text padded to the width. Zeros are added only on the left. */
function pad(text: Val, mayBeZeros: bool = true): void {
  let missing = width;
  for (let at: usize = 0; at < text.size && missing > 0; at += runeSize) {
    runeAt(text.pointer + at, text.pointer + text.size);
    missing--;
  }
  if (flags & MINUS) to.value(text);
  const filler: u32 = mayBeZeros && flags & ZERO && !(flags & MINUS) ? 48 : 32;
  for (let i = 0; i < missing; i++) to.byte(filler);
  if (!(flags & MINUS)) to.value(text);
}

// #region texts

function formatText(text: Val, verb: u32): void {
  if (verb == 118 || verb == 115) return pad(cut(text));
  if (verb == 120 || verb == 88) return pad(hexOf(text, verb == 88));
  if (verb == 113 && !(flags & (SHARP | PLUS))) return pad(quoted(cut(text), 34));
  if (verb == 113) isDone = false;
  else badVerb(text, verb);
}

/** Truncates a text to as many characters as the precision. */
function cut(text: Val): Val {
  if (precision < 0) return text;
  let at: usize = 0;
  for (let left = precision; left > 0 && at < text.size; left--) {
    runeAt(text.pointer + at, text.pointer + text.size);
    at += runeSize;
  }
  return Val.text(text.pointer, at);
}

function hexOf(text: Val, isUpper: bool): Val {
  const builder = new Builder();
  const size = precision >= 0 ? min(text.size, <usize>precision) : text.size;
  for (let i: usize = 0; i < size; i++) {
    if (i > 0 && flags & SPACE) builder.byte(32);
    if (flags & SHARP && (i == 0 || flags & SPACE)) builder.string(isUpper ? '0X' : '0x');
    const byte = load<u8>(text.pointer + i);
    const digits = isUpper ? '0123456789ABCDEF' : '0123456789abcdef';
    builder.byte(digits.charCodeAt(byte >> 4));
    builder.byte(digits.charCodeAt(byte & 15));
  }
  return builder.text();
}

/** A text in quotes, with escapes for characters that are not printable. */
function quoted(text: Val, quote: u32): Val {
  const builder = new Builder(text.size + 2);
  builder.byte(quote);
  for (let at: usize = 0; at < text.size; at += runeSize) {
    const rune = runeAt(text.pointer + at, text.pointer + text.size);
    if (rune == quote || rune == 92) {
      builder.byte(92);
      builder.byte(rune);
    } else if (isBroken || rune < 32 || rune == 127) {
      builder.byte(92);
      if (rune - 7 < 7 && !isBroken) builder.byte(ESCAPES.charCodeAt(rune - 7));
      else {
        builder.byte(120);
        builder.string((<u32>load<u8>(text.pointer + at)).toString(16).padStart(2, '0'));
      }
    } else if ((rune >= 0x80 && rune < 0xa1) || rune == 0xad) {
      builder.string('\\u' + rune.toString(16).padStart(4, '0'));
    } else builder.bytes(text.pointer + at, runeSize);
  }
  builder.byte(quote);
  return builder.text();
}

// #endregion
// #region numbers

function formatInt(value: Val, verb: u32): void {
  switch (verb) {
    case 118: // v
    case 100: // d
      return integer(value.int, 10, verb);
    case 98: // b
      return integer(value.int, 2, verb);
    case 111: // o
    case 79: // O
      return integer(value.int, 8, verb);
    case 120: // x
    case 88: // X
      return integer(value.int, 16, verb);
    case 99: // c
      return pad(character(value.bits));
    case 113: // q
      return pad(quoted(character(value.bits), 39));
    case 85: // U
      return pad(codePoint(value.bits), false);
    default:
      badVerb(value, verb);
  }
}

function character(code: u64): Val {
  const builder = new Builder(4);
  builder.rune(code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? 0xfffd : <u32>code);
  return builder.text();
}

function codePoint(code: u64): Val {
  const builder = new Builder();
  const digits = code.toString(16).toUpperCase();
  builder.string('U+' + digits.padStart(max(4, precision), '0'));
  if (flags & SHARP && code <= 0x10ffff) {
    builder.string(" '");
    builder.rune(<u32>code);
    builder.byte(39);
  }
  return builder.text();
}

function integer(value: i64, base: i32, verb: u32): void {
  const isNegative = value < 0;
  let digits = (isNegative ? 0 - <u64>value : <u64>value).toString(base);
  if (precision == 0 && value == 0) return pad(Val.text(0, 0), false);
  let least = precision;
  if (precision < 0 && flags & ZERO && !(flags & MINUS) && width >= 0) least = width - i32(isNegative || (flags & (PLUS | SPACE)) != 0);
  digits = digits.padStart(max(least, 0), '0');
  if (flags & SHARP) {
    if (base == 2) digits = '0b' + digits;
    else if (base == 8 && digits.charCodeAt(0) != 48) digits = '0' + digits;
    else if (base == 16) digits = '0x' + digits;
  }
  if (verb == 88) digits = digits.toUpperCase();
  if (verb == 79) digits = '0o' + digits;
  pad(textOf((isNegative ? '-' : flags & PLUS ? '+' : flags & SPACE ? ' ' : '') + digits), false);
}

function formatFloat(value: Val, verb: u32): void {
  const number = value.double;
  const lower = verb | 32;
  if (verb != 118 && lower != 103 && lower != 101 && lower != 102) {
    // Binary and hexadecimal doubles.
    if (verb == 98 || lower == 120) isDone = false;
    else badVerb(value, verb);
    return;
  }
  if (flags & SHARP) {
    isDone = false;
    return;
  }
  const isNegative = (value.bits >> 63) != 0;
  if (!isFinite(number)) {
    const name = isNaN(number) ? (flags & PLUS ? '+NaN' : flags & SPACE ? ' NaN' : 'NaN') : infinityText(number);
    return pad(textOf(name == '+Inf' && !(flags & PLUS) ? (flags & SPACE ? ' Inf' : 'Inf') : name), false);
  }
  const style = verb == 118 ? 103 : verb == 70 ? 102 : verb;
  const text = formatDouble(Math.abs(number), style, precision < 0 && lower != 103 && verb != 118 ? 6 : precision);
  const sign = isNegative ? '-' : flags & PLUS ? '+' : flags & SPACE ? ' ' : '';
  if (sign.length > 0 && flags & ZERO && !(flags & MINUS)) {
    to.string(sign);
    width--;
    return pad(textOf(text));
  }
  pad(textOf(sign + text));
}

// #endregion
