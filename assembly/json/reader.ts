import { fail, failed } from '../host';
import { Json, JsonKind } from './json';
import { shorten } from './shorten';

const MAX_DEPTH: i32 = 64;

export class JsonReader {
  private at: i32 = 0;

  constructor(private text: string) {}

  read(path: string): Json {
    const value = this.value(path, 0);
    this.space();
    if (!failed() && this.at < this.text.length) this.bad();
    return failed() ? new Json(path) : value;
  }

  private value(path: string, depth: i32): Json {
    const json = new Json(path);
    this.space();
    const start = this.at;
    const first = this.peek();
    if (depth > MAX_DEPTH) this.bad();
    else if (first == 0x7b) this.object(json, depth);
    else if (first == 0x5b) this.array(json, depth);
    else if (first == 0x22) json.set(JsonKind.String, this.string(), '');
    else if (this.word('null')) json.set(JsonKind.Null, '', '');
    else if (this.word('true')) json.set(JsonKind.Bool, 'true', '');
    else if (this.word('false')) json.set(JsonKind.Bool, 'false', '');
    else json.set(JsonKind.Number, this.number(), '');
    json.source = this.text.substring(start, this.at);
    return json;
  }

  private object(json: Json, depth: i32): void {
    json.kind = JsonKind.Object;
    this.at++;
    this.space();
    if (this.take(0x7d)) return;
    do {
      this.space();
      const name = this.string();
      this.space();
      if (!this.take(0x3a)) return this.bad();
      json.add(name, this.value(json.path + '.' + name, depth + 1));
      this.space();
    } while (!failed() && this.take(0x2c));
    if (!this.take(0x7d)) this.bad();
  }

  private array(json: Json, depth: i32): void {
    json.kind = JsonKind.Array;
    this.at++;
    this.space();
    if (this.take(0x5d)) return;
    let index = 0;
    do {
      json.add('', this.value(json.path + '[' + index.toString() + ']', depth + 1));
      index++;
      this.space();
    } while (!failed() && this.take(0x2c));
    if (!this.take(0x5d)) this.bad();
  }

  private string(): string {
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

  /** `-0.5e+3`: a minus, digits without a zero before others, a fraction, an exponent. */
  private number(): string {
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

  /** Passes digits; false when there are none. */
  private digits(): bool {
    const start = this.at;
    while (this.peek() >= 0x30 && this.peek() <= 0x39) this.at++;
    return this.at > start;
  }

  private word(word: string): bool {
    if (this.text.substring(this.at, this.at + word.length) != word) return false;
    this.at += word.length;
    return true;
  }

  private take(unit: i32): bool {
    if (this.peek() != unit) return false;
    this.at++;
    return true;
  }

  private peek(): i32 {
    return this.at < this.text.length ? this.text.charCodeAt(this.at) : 0;
  }

  private space(): void {
    while (this.peek() == 0x20 || this.peek() == 0x0a || this.peek() == 0x0d || this.peek() == 0x09)
      this.at++;
  }

  private bad(): void {
    const rest = shorten(this.text.substring(this.at));
    fail(
      'bad JSON at character ' + this.at.toString() + ': ' + (rest.length > 0 ? rest : 'it ends too early'),
    );
  }
}

function hexDigit(unit: i32): i32 {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  const letter = (unit | 0x20) - 0x61;
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}
