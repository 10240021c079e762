import { STANDARD, base64 } from './base64';
import { doubleText } from './doubleText';
import { Builder } from '../values/builder';
import { compareBytes } from '../values/compare';
import { decode } from '../values/anyValue';
import { entryEnd, keyPointer, keySize, showElement, showEntry, valueEnd, valueStart, elementCount } from '../values/entries';
import { toHex } from './hex';
import { isBroken, runeAt, runeSize } from './runes';
import { timeText } from '../time/time';
import { Kind, Val } from '../values/val';

/** Writes a value as Go's JSON: sorted keys, escaped `<`, `>` and `&`. Returns false if JSON cannot represent it. */
export function writeJson(to: Builder, value: Val): bool {
  switch (value.kind) {
    case Kind.Nil:
      to.string('null');
      return true;
    case Kind.Bool:
      to.string(value.bits != 0 ? 'true' : 'false');
      return true;
    case Kind.Int:
    case Kind.Duration:
      to.int(value.int);
      return true;
    case Kind.Double:
      if (!isFinite(value.double)) return false;
      to.string(doubleText(value.double));
      return true;
    case Kind.Text:
      writeText(to, value);
      return true;
    case Kind.Bytes:
      if (value.size == 0) {
        to.string('null');
        return true;
      }
      to.byte(34);
      to.value(base64(value, STANDARD, true));
      to.byte(34);
      return true;
    case Kind.TraceId:
    case Kind.SpanId:
    case Kind.ProfileId:
      writeId(to, value);
      return true;
    case Kind.Time:
      to.byte(34);
      timeText(to, value);
      to.byte(34);
      return true;
    case Kind.List:
      return writeList(to, value);
    case Kind.Map:
      return writeMap(to, value);
    default:
      return false;
  }
}

function writeId(to: Builder, value: Val): void {
  to.byte(34);
  to.value(toHex(value));
  to.byte(34);
}

function writeList(to: Builder, list: Val): bool {
  to.byte(91);
  const end = list.pointer + list.size;
  for (let at = list.pointer; showElement(at, end); ) {
    if (at != list.pointer) to.byte(44);
    at = entryEnd;
    if (!writeJson(to, decode(valueStart, valueEnd))) return false;
  }
  to.byte(93);
  return true;
}

/** If a key occurs twice, the last entry counts. */
function writeMap(to: Builder, map: Val): bool {
  const count = elementCount(map);
  const keys = new StaticArray<Val>(count);
  const values = new StaticArray<Val>(count);
  let kept = 0;
  const end = map.pointer + map.size;
  for (let at = map.pointer; showEntry(at, end); at = entryEnd) {
    const key = Val.text(keyPointer, keySize);
    const value = decode(valueStart, valueEnd);
    let place = kept;
    while (place > 0 && compareBytes(keys[place - 1], key) > 0) place--;
    if (place > 0 && compareBytes(keys[place - 1], key) == 0) {
      values[place - 1] = value;
      continue;
    }
    for (let i = kept; i > place; i--) {
      keys[i] = keys[i - 1];
      values[i] = values[i - 1];
    }
    keys[place] = key;
    values[place] = value;
    kept++;
  }
  to.byte(123);
  for (let i = 0; i < kept; i++) {
    if (i > 0) to.byte(44);
    writeText(to, keys[i]);
    to.byte(58);
    if (!writeJson(to, values[i])) return false;
  }
  to.byte(125);
  return true;
}

const DIGITS = '0123456789abcdef';

export function writeText(to: Builder, text: Val): void {
  to.byte(34);
  const end = text.pointer + text.size;
  for (let at = text.pointer; at < end; at += runeSize) {
    const code = runeAt(at, end);
    if (code == 34 || code == 92) {
      to.byte(92);
      to.byte(code);
    } else if (code == 10) to.string('\\n');
    else if (code == 13) to.string('\\r');
    else if (code == 9) to.string('\\t');
    else if (code == 8) to.string('\\b');
    else if (code == 12) to.string('\\f');
    else if (code < 32 || code == 60 || code == 62 || code == 38 || code == 0x2028 || code == 0x2029) {
      to.string('\\u');
      for (let shift = 12; shift >= 0; shift -= 4) to.byte(DIGITS.charCodeAt((code >> shift) & 15));
    } else if (isBroken) to.string('\\ufffd');
    else to.bytes(at, runeSize);
  }
  to.byte(34);
}
