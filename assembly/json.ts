import { fail, failed } from './status';

export const enum JsonKind {
  Missing,
  Null,
  Bool,
  Number,
  String,
  Array,
  Object,
}

/**
 * A JSON value that knows where it came from. Asking for the wrong type fails the call with a reason that says where,
 * what was expected and what was found, and answers with an empty value, so that `onStart` need not check anything.
 */
export class Json {
  kind: JsonKind = JsonKind.Missing;
  /** The value's own text, for messages. */
  source: string = '';
  private text: string = '';
  private children: Json[] = [];
  private names: string[] = [];

  constructor(readonly path: string) {}

  /** Parses `text`; on bad JSON the call fails and the value is missing. */
  static parse(text: string, path: string): Json {
    return new JsonReader(text).read(path);
  }

  /** True unless the value is missing or null. */
  get exists(): bool {
    return this.kind != JsonKind.Missing && this.kind != JsonKind.Null;
  }

  /** The member with this name; one that does not exist is a value of kind Missing. */
  get(name: string): Json {
    if (this.exists && this.kind != JsonKind.Object) this.expected('an object');
    const index = this.names.indexOf(name);
    return index < 0 ? new Json(this.path + '.' + name) : this.children[index];
  }

  /** The elements of an array; none when it is missing. */
  get items(): Json[] {
    if (!this.exists) return [];
    return this.kind == JsonKind.Array ? this.children : this.expectedItems();
  }

  private expectedItems(): Json[] {
    this.expected('an array');
    return [];
  }

  /** The names of an object's members. */
  get keys(): string[] {
    if (this.exists && this.kind != JsonKind.Object) this.expected('an object');
    return this.names;
  }

  string(): string {
    if (this.kind == JsonKind.String) return this.text;
    this.expected('a string');
    return '';
  }

  stringOr(fallback: string): string {
    return this.exists ? this.string() : fallback;
  }

  number(): f64 {
    if (this.kind == JsonKind.Number) return F64.parseFloat(this.text);
    this.expected('a number');
    return 0;
  }

  numberOr(fallback: f64): f64 {
    return this.exists ? this.number() : fallback;
  }

  /** True for a number without fraction or exponent: one that `integer()` reads exactly. */
  get isInteger(): bool {
    return (
      this.kind == JsonKind.Number &&
      !this.text.includes('.') &&
      !this.text.includes('e') &&
      !this.text.includes('E')
    );
  }

  integer(): i64 {
    if (this.isInteger) return I64.parseInt(this.text);
    this.expected('an integer');
    return 0;
  }

  bool(): bool {
    if (this.kind == JsonKind.Bool) return this.text == 'true';
    this.expected('true or false');
    return false;
  }

  boolOr(fallback: bool): bool {
    return this.exists ? this.bool() : fallback;
  }

  /** The strings of an array; none when it is missing. */
  strings(): string[] {
    const items = this.items;
    const strings = new Array<string>(items.length);
    for (let i = 0; i < items.length; i++) strings[i] = items[i].string();
    return strings;
  }

  /** Fails the call when the object has members of other names: a misspelt option must not pass for no option. */
  only(allowed: string[]): void {
    const keys = this.keys;
    for (let i = 0; i < keys.length; i++) {
      if (allowed.includes(keys[i])) continue;
      fail(this.path + ': unknown option "' + keys[i] + '"; allowed are ' + allowed.join(', '));
    }
  }

  /** Fails the call: the value at this place is not what it should be. */
  expected(what: string): void {
    const found = this.kind == JsonKind.Missing ? 'nothing' : shorten(this.source);
    fail(this.path + ': expected ' + what + ', got ' + found);
  }

  /** @internal */
  set(kind: JsonKind, text: string, source: string): void {
    this.kind = kind;
    this.text = text;
    this.source = source;
  }

  /** @internal */
  add(name: string, child: Json): void {
    this.names.push(name);
    this.children.push(child);
  }
}

function shorten(text: string): string {
  return text.length > 120 ? text.substring(0, 117) + '...' : text;
}

const MAX_DEPTH: i32 = 64;

class JsonReader {
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
    if (unit == 0x6e) return '\n';
    if (unit == 0x74) return '\t';
    if (unit == 0x72) return '\r';
    if (unit == 0x62) return '\b';
    if (unit == 0x66) return '\f';
    if (unit != 0x75) return String.fromCharCode(unit);
    const code = this.text.substring(this.at, this.at + 4);
    this.at += 4;
    return String.fromCharCode(<i32>I32.parseInt(code, 16));
  }

  private number(): string {
    const start = this.at;
    while (isNumberUnit(this.peek())) this.at++;
    const text = this.text.substring(start, this.at);
    if (text.length == 0 || isNaN(F64.parseFloat(text))) this.bad();
    return text;
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

function isNumberUnit(unit: i32): bool {
  return (
    (unit >= 0x30 && unit <= 0x39) ||
    unit == 0x2d ||
    unit == 0x2b ||
    unit == 0x2e ||
    unit == 0x65 ||
    unit == 0x45
  );
}
