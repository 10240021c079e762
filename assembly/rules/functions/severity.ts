import { anyArg, mapArg } from './arguments';
import { define } from '../evaluate/call';
import { decode } from '../values/anyValue';
import { entryEnd, findEntry, keyPointer, keySize, showElement, showEntry, valueEnd, valueStart } from '../values/entries';
import { error } from '../values/failure';
import { Node } from '../program/program';
import { Kind, Val } from '../values/val';

/** Whether the last criterion matched. */
let isMet: bool = false;

// Arguments: value, levels as a map of lists of criteria: { equals: [...], range: { min, max } or "2xx" }.
define('ParseSeverity', (call: Node): Val | null => {
  const levels = mapArg(call, 1);
  if (levels === null) return null;
  const value = anyArg(call, 0);
  if (value === null) return null;
  let found: Val | null = null;
  const end = levels.pointer + levels.size;
  for (let at = levels.pointer; showEntry(at, end); ) {
    at = entryEnd;
    const name = Val.text(keyPointer, keySize);
    const criteria = decode(valueStart, valueEnd);
    if (criteria.kind != Kind.List) return error('a level must have a list of criteria');
    const last = criteria.pointer + criteria.size;
    for (let inner = criteria.pointer; showElement(inner, last); ) {
      inner = entryEnd;
      const fault = check(decode(valueStart, valueEnd), value);
      if (fault != '') return error(fault);
      if (isMet && found === null) found = name;
    }
  }
  if (value.kind != Kind.Text && value.kind != Kind.Int) return error('a severity must be a string or an integer');
  return found === null ? error('no level matches the value') : found;
});

/** Checks a criterion and sets `isMet`. Returns what is wrong with the criterion, or an empty string. */
function check(criterion: Val, value: Val): string {
  isMet = false;
  if (criterion.kind != Kind.Map) return 'a criterion must be a map';
  const equals = named(criterion, 'equals');
  if (equals !== null) {
    if (equals.kind != Kind.List) return '"equals" must be a list';
    const end = equals.pointer + equals.size;
    for (let at = equals.pointer; showElement(at, end); at = entryEnd) {
      const text = decode(valueStart, valueEnd);
      if (text.kind != Kind.Text) return '"equals" can contain only strings';
      isMet = isMet || (value.kind == Kind.Text && isSame(text, value));
    }
  }
  const range = named(criterion, 'range');
  if (range === null) return '';
  let least: i64 = 0;
  let most: i64 = 0;
  if (range.kind == Kind.Text) {
    // "2xx" to "5xx"
    const digit: i64 = range.size == 3 && load<u16>(range.pointer, 1) == 0x7878 ? load<u8>(range.pointer) - 48 : 0;
    if (digit < 2 || digit > 5) return 'a range as a string must be "2xx", "3xx", "4xx" or "5xx"';
    least = digit * 100;
    most = least + 99;
  } else if (range.kind == Kind.Map) {
    const first = named(range, 'min');
    const last = named(range, 'max');
    if (first === null || last === null || first.kind != Kind.Int || last.kind != Kind.Int)
      return 'a range must have the integers "min" and "max"';
    least = first.int;
    most = last.int;
  } else return '"range" must be a map or a string';
  isMet = isMet || (value.kind == Kind.Int && value.int >= least && value.int <= most);
  return '';
}

function named(map: Val, key: string): Val | null {
  const utf8 = String.UTF8.encode(key);
  return findEntry(map, changetype<usize>(utf8), <usize>utf8.byteLength) ? decode(valueStart, valueEnd) : null;
}

function isSame(a: Val, b: Val): bool {
  return a.size == b.size && memory.compare(a.pointer, b.pointer, a.size) == 0;
}
