import { PERL_CLASSES, POSIX_CLASSES } from './classes';
import { complement, type RuneSet, runeSet, foldCase, unicodeClass } from '../unicode';
import type { Scanner } from './scanner';

/** Reads `[...]`. */
export function parseClass(scanner: Scanner, ignoreCase: boolean): RuneSet {
  const from = scanner.at++;
  const negated = scanner.skip('^');
  const ranges: number[] = [];
  const first = scanner.at;
  // A ] in first position is literal.
  while (scanner.unit !== ']' || scanner.at === first) {
    if (scanner.atEnd) scanner.fail('missing closing ]', from, from + 1);
    const set = posixClass(scanner, ignoreCase) ?? classEscape(scanner, ignoreCase);
    if (set === undefined) readRange(scanner, from, ranges, ignoreCase);
    else ranges.push(...set);
  }
  scanner.at++;
  const set = runeSet(ranges);
  return negated ? complement(set) : set;
}

/** Reads a character, or a range of two with a hyphen. */
function readRange(scanner: Scanner, classFrom: number, ranges: number[], ignoreCase: boolean): void {
  const from = scanner.at;
  const one = () => {
    if (scanner.atEnd) scanner.fail('missing closing ]', classFrom, classFrom + 1);
    return scanner.unit === '\\' ? scanner.escape() : scanner.rune();
  };
  const lo = one();
  let hi = lo;
  // A hyphen in last position is literal.
  if (
    scanner.unit === '-' &&
    scanner.at + 1 < scanner.source.length &&
    scanner.source[scanner.at + 1] !== ']'
  ) {
    scanner.at++;
    hi = one();
    if (hi < lo)
      scanner.fail(`the range ${scanner.source.slice(from, scanner.at)} ends before its start`, from);
  }
  ranges.push(...(ignoreCase ? foldCase([lo, hi]) : [lo, hi]));
}

function posixClass(scanner: Scanner, ignoreCase: boolean): RuneSet | undefined {
  if (!scanner.startsWith('[:')) return undefined;
  const end = scanner.source.indexOf(':]', scanner.at + 2);
  if (end < 0) return undefined;
  const from = scanner.at;
  const name = scanner.source.slice(from + 2, end);
  scanner.at = end + 2;
  const negated = name.startsWith('^');
  const bare = negated ? name.slice(1) : name;
  if (!Object.hasOwn(POSIX_CLASSES, bare)) {
    scanner.fail(`unknown class: [:${name}:]; known are ${Object.keys(POSIX_CLASSES).join(', ')}`, from);
  }
  const set = ignoreCase ? foldCase(POSIX_CLASSES[bare]) : POSIX_CLASSES[bare];
  return negated ? complement(set) : set;
}

/** Reads `\d`, `\pL` and similar classes; undefined if there is none. */
export function classEscape(scanner: Scanner, ignoreCase: boolean): RuneSet | undefined {
  if (scanner.unit !== '\\') return undefined;
  const name = scanner.source.charAt(scanner.at + 1);
  if (name === 'p' || name === 'P') return unicodeEscape(scanner, ignoreCase);
  const lower = name.toLowerCase();
  if (!Object.hasOwn(PERL_CLASSES, lower)) return undefined;
  scanner.at += 2;
  const set = ignoreCase ? foldCase(PERL_CLASSES[lower]) : PERL_CLASSES[lower];
  return name === lower ? set : complement(set);
}

/** Reads `\pL`, `\p{Greek}`, `\P{^Greek}`. */
function unicodeEscape(scanner: Scanner, ignoreCase: boolean): RuneSet {
  const from = scanner.at;
  const found = /^\\[pP](?:\{(\^?)([^}]*)\}|([^{]))/u.exec(scanner.source.slice(from));
  if (found === null) scanner.fail('\\p needs a letter, or a name in braces', from, scanner.source.length);
  scanner.at += found[0].length;
  const name = found[3] ?? found[2];
  const set = unicodeClass(name);
  if (set === undefined) scanner.fail(`Unicode has no category or script ${name}`, from);
  const negated = (found[0][1] === 'P') !== (found[1] === '^');
  const folded = ignoreCase ? foldCase(set) : set;
  return negated ? complement(folded) : folded;
}
