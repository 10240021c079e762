import type { Code } from '../program';

/** Flags of a directive. assembly/rules/functions/text/format.ts has the same list. */
const FLAGS = '#0+- ';
const MAX_NUMBER = 1_000_000;
/** Marks arguments that no directive uses. */
const EXTRA = 0;
/** Marks an argument number that does not exist. */
const BAD_INDEX = -1;
const NONE = -1;

/** Finds faults in a format string, for which Go would print debug text. */
export function wrongFormatText(format: string): string | undefined {
  const stray = format.match(/%#[-+0 ]*[\d.]*v|%[-+#0 ]*[\d.]*[pw]/)?.[0];
  return stray === undefined ? undefined : `"${stray}" is not supported in a format`;
}

/** Parses a format string for `count` values: texts, and directives as lists of integers, as Go's fmt reads them. */
export function parseFormat(format: string, count: number): Code {
  const parts: Code[] = [];
  let at = 0;
  let next = 0;
  let isReordered = false;
  let isGood: boolean;

  const text = (value: string): void => {
    if (value !== '') parts.push({ op: 'const', value: { kind: 'text', value } });
  };
  const number = (): number => {
    const [digits] = /^\d*/.exec(format.slice(at)) as RegExpExecArray;
    if (Number(digits) > MAX_NUMBER) {
      at = format.length;
      return NONE;
    }
    at += digits.length;
    return digits === '' ? NONE : Number(digits);
  };
  const index = (): boolean => {
    if (format[at] !== '[') return false;
    isReordered = true;
    const [whole, digits] = /^\[(\d*)\]/.exec(format.slice(at)) ?? [];
    const close = format.indexOf(']', at);
    if (whole !== undefined && digits !== '' && Number(digits) >= 1 && Number(digits) <= count) {
      next = Number(digits) - 1;
      at += whole.length;
      return true;
    }
    isGood = false;
    at += close < 0 || format.length - at < 3 ? 1 : close - at + 1;
    return whole !== undefined && digits !== '';
  };

  while (at < format.length) {
    const percent = format.indexOf('%', at);
    text(format.slice(at, percent < 0 ? undefined : percent));
    if (percent < 0) break;
    at = percent + 1;
    isGood = true;
    let flags = 0;
    for (; FLAGS.includes(format[at] ?? '.'); at++) flags |= 1 << FLAGS.indexOf(format[at]);
    let afterIndex = index();
    let [width, widthArgument, precision, precisionArgument] = [NONE, NONE, NONE, NONE];
    if (format[at] === '*') {
      at++;
      widthArgument = next++;
      afterIndex = false;
    } else {
      width = number();
      if (afterIndex && width !== NONE) isGood = false;
    }
    if (format[at] === '.' && at + 1 < format.length) {
      at++;
      if (afterIndex) isGood = false;
      afterIndex = index();
      if (format[at] === '*') {
        at++;
        precisionArgument = next++;
        afterIndex = false;
      } else precision = Math.max(number(), 0);
    }
    if (!afterIndex) index();
    if (at >= format.length) {
      text('%!(NOVERB)');
      break;
    }
    const verb = format.codePointAt(at) as number;
    at += String.fromCodePoint(verb).length;
    if (verb === 0x25) text('%');
    else {
      const argument = isGood ? next++ : BAD_INDEX;
      parts.push(listOf([verb, flags, argument, width, widthArgument, precision, precisionArgument]));
    }
  }
  if (!isReordered && next < count) parts.push(listOf([EXTRA, 0, next, NONE, NONE, NONE, NONE]));
  return { op: 'list', operands: parts };
}

function listOf(numbers: readonly number[]): Code {
  return {
    op: 'list',
    operands: numbers.map(value => ({ op: 'const', value: { kind: 'int', value: BigInt(value) } })),
  };
}
