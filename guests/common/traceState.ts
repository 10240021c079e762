/** The member `ot` of a trace state, with its fields `th` and `rv`. All other members stay unchanged. */
import { Text } from 'otelwasm/assembly';
import { INVALID, digitsOf, readDigits } from './threshold';

const COMMA: u8 = 0x2c;
const SEMICOLON: u8 = 0x3b;

/** The fields of the current trace state; `INVALID` for absent or malformed ones. */
export let threshold: u64 = INVALID;
export let randomness: u64 = INVALID;

/** The address of the value of `ot`, 0 if there is none; its member with the comma after it. */
let value: usize = 0;
let valueEnd: usize = 0;
let member: usize = 0;
let memberEnd: usize = 0;

export function readTraceState(text: Text): void {
  threshold = randomness = INVALID;
  value = 0;
  const end = text.pointer + text.size;
  for (let at = text.pointer; at < end;) {
    let next = at;
    while (next < end && load<u8>(next) != COMMA) next++;
    let first = at;
    while (first < next && isBlank(load<u8>(first))) first++;
    if (next - first >= 3 && load<u16>(first) == 0x746f && load<u8>(first + 2) == 0x3d) {
      member = at;
      memberEnd = min(next + 1, end);
      value = first + 3;
      valueEnd = next;
      while (valueEnd > value && isBlank(load<u8>(valueEnd - 1))) valueEnd--;
      return readFields();
    }
    at = next + 1;
  }
}

function readFields(): void {
  for (let at = value; at < valueEnd;) {
    const next = endOfField(at);
    if (isField(at, next, 0x6874)) threshold = readDigits(at + 3, next, true);
    else if (isField(at, next, 0x7672)) randomness = readDigits(at + 3, next, false);
    at = next + 1;
  }
}

/**
 * The trace state with this threshold, or without one if it is `INVALID`. Its member `ot` comes first, because the
 * last changed member must.
 */
export function withThreshold(text: Text, threshold: u64): string {
  let own = threshold == INVALID ? '' : 'th:' + digitsOf(threshold);
  for (let at = value; value != 0 && at < valueEnd;) {
    const next = endOfField(at);
    if (next > at && !isField(at, next, 0x6874)) {
      if (own.length > 0) own += ';';
      own += String.UTF8.decodeUnsafe(at, next - at);
    }
    at = next + 1;
  }
  const end = text.pointer + text.size;
  let others = '';
  if (value == 0) others = text.toString();
  else {
    others =
      String.UTF8.decodeUnsafe(text.pointer, member - text.pointer) +
      String.UTF8.decodeUnsafe(memberEnd, end - memberEnd);
    if (memberEnd == end && others.endsWith(',')) others = others.substring(0, others.length - 1);
  }
  if (own.length == 0) return others.trimStart();
  return others.length == 0 ? 'ot=' + own : 'ot=' + own + ',' + others.trimStart();
}

function endOfField(at: usize): usize {
  while (at < valueEnd && load<u8>(at) != SEMICOLON) at++;
  return at;
}

/** Whether there is `th:` or `rv:`, by its two letters. */
function isField(at: usize, end: usize, name: u16): bool {
  return end - at >= 3 && load<u16>(at) == name && load<u8>(at + 2) == 0x3a;
}

function isBlank(byte: u32): bool {
  return byte == 0x20 || byte == 0x09;
}
