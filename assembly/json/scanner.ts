import { fail } from '../host';
import { shorten } from './shorten';

/** Reads the tokens of JSON. A syntax error fails the call, with its position. */
export class JsonScanner {
  at: i32 = 0;

  constructor(readonly text: string) {}

  get atEnd(): bool {
    return this.at >= this.text.length;
  }

  string(): string {
    if (!this.take(0x22)) {
      this.bad();
      return '';
    }
    let result = '';
    let start = this.at;
    while (this.at < this.text.length) {
      const unit = this.text.charCodeAt(this.at++);
      if (unit < 0x20) break;
      if (unit == 0x22) return result + this.text.substring(start, this.at - 1);
      if (unit != 0x5c) continue;
      result += this.text.substring(start, this.at - 1) + this.escape();
      start = this.at;
    }
    this.bad();
    return '';
  }

  private escape(): string {
    const unit = this.peek();
    this.at++;
    if (unit == 0x22 || unit == 0x5c || unit == 0x2f) return String.fromCharCode(unit);
    if (unit == 0x6e) return '\n';
    if (unit == 0x74) return '\t';
    if (unit == 0x72) return '\r';
    if (unit == 0x62) return '\b';
    if (unit == 0x66) return '\f';
    this.at--;
    if (unit == 0x75) return this.unicode();
    this.bad();
    return '';
  }

  private unicode(): string {
    let code = 0;
    for (let i = 1; i <= 4; i++) {
      const digit = hexDigit(this.at + i < this.text.length ? this.text.charCodeAt(this.at + i) : 0);
      if (digit < 0) {
        this.bad();
        return '';
      }
      code = (code << 4) | digit;
    }
    this.at += 5;
    return String.fromCharCode(code);
  }

  /** `-0.5e+3`: a minus, digits without a leading zero, a fraction, an exponent. */
  number(): string {
    const start = this.at;
    this.take(0x2d);
    const first = this.at;
    let whole = this.digits() && (this.at == first + 1 || this.text.charCodeAt(first) != 0x30);
    if (this.take(0x2e)) whole = this.digits() && whole;
    if (this.take(0x65) || this.take(0x45)) {
      if (!this.take(0x2b)) this.take(0x2d);
      whole = this.digits() && whole;
    }
    if (!whole) {
      this.at = start;
      this.bad();
    }
    return this.text.substring(start, this.at);
  }

  /** Skips digits; false when there are none. */
  private digits(): bool {
    const start = this.at;
    while (this.peek() >= 0x30 && this.peek() <= 0x39) this.at++;
    return this.at > start;
  }

  word(word: string): bool {
    if (this.text.substring(this.at, this.at + word.length) != word) return false;
    this.at += word.length;
    return true;
  }

  take(unit: i32): bool {
    if (this.peek() != unit) return false;
    this.at++;
    return true;
  }

  peek(): i32 {
    return this.at < this.text.length ? this.text.charCodeAt(this.at) : 0;
  }

  space(): void {
    while (this.peek() == 0x20 || this.peek() == 0x0a || this.peek() == 0x0d || this.peek() == 0x09)
      this.at++;
  }

  bad(): void {
    const rest = shorten(this.text.substring(this.at));
    fail(
      'bad JSON at character ' + this.at.toString() + ': ' + (rest.length > 0 ? rest : 'unexpected end'),
    );
  }
}

function hexDigit(unit: i32): i32 {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  const letter = (unit | 0x20) - 0x61;
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}
