import { fail, failed } from '../host';
import { overflowsInt64, parseDouble } from './number';
import { JsonScanner } from './scanner';
import { shorten } from './shorten';

const MAX_DEPTH: i32 = 64;

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
 * A JSON value that knows its path. Reading it as the wrong type fails the call with a reason that names the path,
 * the expected type and the value found, and returns an empty value. So `onStart` needs no checks.
 */
export class Json {
  kind: JsonKind = JsonKind.Missing;
  /** The value's source text, for messages. */
  source: string = '';
  private text: string = '';
  private children: Json[] = [];
  private names: string[] = [];

  constructor(readonly path: string) {}

  /** Parses `text`; for invalid JSON the call fails and the value is missing. */
  static parse(text: string, path: string): Json {
    const scanner = new JsonScanner(text);
    const value = parseValue(scanner, path, 0);
    scanner.space();
    if (!failed() && !scanner.atEnd) scanner.bad();
    return failed() ? new Json(path) : value;
  }

  /** True unless the value is missing or null. */
  get exists(): bool {
    return this.kind != JsonKind.Missing && this.kind != JsonKind.Null;
  }

  /** The member with this name. A member that does not exist has the kind Missing. */
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
    if (this.kind == JsonKind.Number) {
      const value = parseDouble(this.text);
      if (isFinite(value)) return value;
    }
    this.expected('a number');
    return 0;
  }

  numberOr(fallback: f64): f64 {
    return this.exists ? this.number() : fallback;
  }

  /** True for a 64-bit number without fraction or exponent, which `integer()` reads exactly. */
  get isInteger(): bool {
    if (this.kind != JsonKind.Number) return false;
    const text = this.text;
    if (text.includes('.') || text.includes('e') || text.includes('E')) return false;
    const negative = text.startsWith('-');
    return !overflowsInt64(negative ? text.substring(1) : text, negative);
  }

  integer(): i64 {
    if (this.isInteger) return I64.parseInt(this.text);
    this.expected('an integer of 64 bits');
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

  /** Fails the call when the object has members with other names, so that a misspelt option is noticed. */
  only(allowed: string[]): void {
    const keys = this.keys;
    for (let i = 0; i < keys.length; i++) {
      if (allowed.includes(keys[i])) continue;
      fail(this.path + ': unknown option "' + keys[i] + '"; allowed are ' + allowed.join(', '));
    }
  }

  /** Fails the call because the value at this path is wrong. */
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

function parseValue(scanner: JsonScanner, path: string, depth: i32): Json {
  const json = new Json(path);
  scanner.space();
  const start = scanner.at;
  const first = scanner.peek();
  if (depth > MAX_DEPTH) scanner.bad();
  else if (first == 0x7b) parseObject(scanner, json, depth);
  else if (first == 0x5b) parseArray(scanner, json, depth);
  else if (first == 0x22) json.set(JsonKind.String, scanner.string(), '');
  else if (scanner.word('null')) json.set(JsonKind.Null, '', '');
  else if (scanner.word('true')) json.set(JsonKind.Bool, 'true', '');
  else if (scanner.word('false')) json.set(JsonKind.Bool, 'false', '');
  else json.set(JsonKind.Number, scanner.number(), '');
  json.source = scanner.text.substring(start, scanner.at);
  return json;
}

function parseObject(scanner: JsonScanner, json: Json, depth: i32): void {
  json.kind = JsonKind.Object;
  scanner.at++;
  scanner.space();
  if (scanner.take(0x7d)) return;
  do {
    scanner.space();
    const name = scanner.string();
    scanner.space();
    if (!scanner.take(0x3a)) return scanner.bad();
    json.add(name, parseValue(scanner, json.path + '.' + name, depth + 1));
    scanner.space();
  } while (!failed() && scanner.take(0x2c));
  if (!scanner.take(0x7d)) scanner.bad();
}

function parseArray(scanner: JsonScanner, json: Json, depth: i32): void {
  json.kind = JsonKind.Array;
  scanner.at++;
  scanner.space();
  if (scanner.take(0x5d)) return;
  let index = 0;
  do {
    json.add('', parseValue(scanner, json.path + '[' + index.toString() + ']', depth + 1));
    index++;
    scanner.space();
  } while (!failed() && scanner.take(0x2c));
  if (!scanner.take(0x5d)) scanner.bad();
}
