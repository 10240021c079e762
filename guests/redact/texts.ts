/** Rewrites texts with their secrets replaced. */
import { Region, Text, fail } from 'otelwasm/assembly';
import { literals, withoutLiterals } from '../common/sql';
import { Action } from './action';
import { actionOfDetector, hmac, mask, scanner, valueRules } from './config';
import { Counter, count, countFound } from './counts';
import { output } from './output';
import { actionOfText } from './search';

/** True once a secret was found whose action drops the item. */
export let dropped: bool = false;

export function setDropped(value: bool): void {
  dropped = value;
}

/** Drops the current item. */
export function drop(): void {
  if (!dropped) count(Counter.Dropped);
  dropped = true;
}

/** The number of replaced or removed secrets so far. */
export let replaced: u32 = 0;

export function countReplaced(): void {
  replaced++;
}

const LEAST_FOR_LAST_FOUR: usize = 8;

/** Writes the replacement of a secret. */
export function putInstead(action: i32, pointer: usize, size: usize): void {
  replaced++;
  if (action == Action.Drop) drop();
  else if (action == Action.Hash) {
    const key = hmac;
    if (key !== null) output.putText(key.hex(pointer, size));
  } else if (action != Action.Remove) {
    output.putText(mask);
    if (action == Action.Last4 && size > LEAST_FOR_LAST_FOUR) {
      let last = size - 4;
      // Does not begin inside a character.
      while (last < size && (load<u8>(pointer + last) & 0xc0) == 0x80) last++;
      output.put(pointer + last, size - last);
    }
  }
}

const whole = new Text();
/** The text after one rule, and input of the next. */
let before = new Region();
let after = new Region();

/** Writes a text that may contain secrets. */
export function putText(pointer: usize, size: usize): void {
  const action = actionOfText(whole.bind(pointer, size));
  if (action != 0) {
    count(Counter.Text);
    return putInstead(action, pointer, size);
  }
  for (let i = 0; i < valueRules.length; i++) {
    const rule = valueRules[i];
    const start = output.length;
    if (!rule.pattern.findIn(pointer, size)) continue;
    let at: usize = 0;
    do {
      const first = <usize>rule.pattern.matchStart;
      const last = <usize>rule.pattern.matchEnd;
      output.put(pointer + at, first - at);
      putInstead(rule.action, pointer + first, last - first);
      count(Counter.Text);
      at = last;
    } while (rule.pattern.findNext());
    output.put(pointer + at, size - at);
    // The next rule reads this output.
    const written = output.from(start);
    after.length = 0;
    after.append(written.pointer, written.size);
    output.cutTo(start);
    const read = before;
    before = after;
    after = read;
    pointer = before.pointer;
    size = before.length;
  }
  putScanned(pointer, size);
}

const statement = new Region();

/** Writes a statement without its literals. The detectors then check the rest. */
export function putSql(pointer: usize, size: usize): void {
  if (!withoutLiterals(pointer, size, statement))
    return fail('out of memory: cannot allocate ' + size.toString() + ' bytes');
  replaced += literals;
  count(Counter.Sql, literals);
  putText(statement.pointer, statement.length);
}

/** Writes a text that only the detectors check, such as a key. */
export function putScanned(pointer: usize, size: usize): void {
  let at: usize = 0;
  for (let found = scanner.findIn(pointer, size); found; found = scanner.findNext()) {
    output.put(pointer + at, scanner.start - at);
    putInstead(actionOfDetector(scanner.detector), pointer + scanner.start, scanner.end - scanner.start);
    countFound(scanner.detector);
    at = scanner.end;
  }
  output.put(pointer + at, size - at);
}
