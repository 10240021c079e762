import { LIMITS } from '../limits';
import { PatternError } from '../patternError';
import { MAX_RUNE } from '../unicode';

const C_ESCAPES: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** A position in a pattern: reads characters, escapes and counts. */
export class Scanner {
  at = 0;

  constructor(readonly source: string) {}

  get atEnd(): boolean {
    return this.at >= this.source.length;
  }

  /** The UTF-16 unit at the position; empty at the end. */
  get unit(): string {
    return this.source.charAt(this.at);
  }

  startsWith(text: string): boolean {
    return this.source.startsWith(text, this.at);
  }

  /** Skips `text` if it is next. */
  skip(text: string): boolean {
    const found = this.startsWith(text);
    if (found) this.at += text.length;
    return found;
  }

  fail(problem: string, from: number, end = this.at): never {
    throw new PatternError(problem, this.source, from, end);
  }

  /** Reads one character. */
  rune(): number {
    const rune = this.source.codePointAt(this.at)!;
    if (rune >= 0xd800 && rune <= 0xdfff) this.fail('unpaired surrogate', this.at, this.at + 1);
    this.at += rune > 0xffff ? 2 : 1;
    return rune;
  }

  /** Reads an escaped character, beginning with the backslash. */
  escape(): number {
    const from = this.at++;
    if (this.atEnd) this.fail('trailing backslash', from);
    const rune = this.rune();
    const name = String.fromCodePoint(rune);
    if (rune < 0x80 && !/[a-z0-9]/i.test(name)) return rune;
    if (name in C_ESCAPES) return C_ESCAPES[name];
    if (/[0-7]/.test(name)) {
      // A digit alone would be a back-reference, which cannot be matched in linear time.
      const more = /^[0-7]{0,2}/.exec(this.source.slice(this.at, this.at + 2))![0];
      if (name !== '0' && more === '')
        this.fail(`\\${name} is a back-reference, which RE2 does not support`, from);
      this.at += more.length;
      return parseInt(name + more, 8);
    }
    if (name === 'x') return this.hexadecimal(from);
    return this.fail(`unknown escape: \\${name}`, from);
  }

  private hexadecimal(from: number): number {
    const digits = /^(?:\{([0-9a-f]+)\}|([0-9a-f]{2}))/i.exec(this.source.slice(this.at));
    const value = digits === null ? Infinity : parseInt(digits[1] ?? digits[2], 16);
    if (value > MAX_RUNE)
      this.fail('\\x needs two hexadecimal digits, or up to 10FFFF in braces', from, this.at);
    this.at += digits![0].length;
    return value;
  }

  /** Reads `{2}`, `{2,}` or `{2,5}`. Undefined, with nothing read, if the brace is literal. */
  count(): { min: number; max: number } | undefined {
    const found = /^\{(0|[1-9][0-9]*)(,(0|[1-9][0-9]*)?)?\}/.exec(this.source.slice(this.at, this.at + 40));
    if (found === null) return undefined;
    const from = this.at;
    this.at += found[0].length;
    const min = Number(found[1]);
    const max = found[2] === undefined ? min : found[3] === undefined ? Infinity : Number(found[3]);
    const { maxRepeat } = LIMITS;
    if (min > maxRepeat || (max > maxRepeat && max !== Infinity)) {
      this.fail(`${found[0]} is more than maxRepeat (${maxRepeat}) allows`, from);
    }
    if (min > max) this.fail(`${found[0]} has a maximum below its minimum`, from);
    return { min, max };
  }
}
