import { Glob, Json, JsonKind, Text, Value, ValueKind } from 'otelwasm/assembly';

/**
 * A condition on a value, from configuration: a bare string, number or boolean that the value must equal, or an object
 * with one of `equals`, `prefix`, `glob`, `exists`.
 */
export class Matcher {
  private text: Text | null = null;
  private prefix: Text | null = null;
  private glob: Glob | null = null;
  private number: f64 = NaN;
  private bool: i32 = -1;
  private exists: i32 = -1;

  static from(json: Json): Matcher {
    const matcher = new Matcher();
    if (json.kind != JsonKind.Object) {
      matcher.equalTo(json);
      return matcher;
    }
    json.only(['equals', 'prefix', 'glob', 'exists']);
    if (json.keys.length != 1) json.expected('exactly one of equals, prefix, glob, exists');
    return Matcher.fromMember(json);
  }

  /** Reads the member `equals`, `prefix`, `glob` or `exists` of an object that may have others. */
  static fromMember(json: Json): Matcher {
    const matcher = new Matcher();
    let conditions = 0;
    if (json.get('equals').exists) {
      conditions++;
      matcher.equalTo(json.get('equals'));
    }
    if (json.get('prefix').exists) {
      conditions++;
      matcher.prefix = Text.of(json.get('prefix').string());
    }
    if (json.get('glob').exists) {
      conditions++;
      matcher.glob = new Glob(json.get('glob').string());
    }
    if (json.get('exists').exists) {
      conditions++;
      matcher.exists = i32(json.get('exists').bool());
    }
    if (conditions != 1) json.expected('exactly one of equals, prefix, glob, exists');
    return matcher;
  }

  /** A text that must be equal, or match as a glob if it has a wildcard. */
  static ofPath(pattern: string): Matcher {
    const matcher = new Matcher();
    if (pattern.includes('*') || pattern.includes('?')) matcher.glob = new Glob(pattern);
    else matcher.text = Text.of(pattern);
    return matcher;
  }

  private equalTo(json: Json): void {
    if (json.kind == JsonKind.String) this.text = Text.of(json.string());
    else if (json.kind == JsonKind.Number) this.number = json.number();
    else if (json.kind == JsonKind.Bool) this.bool = i32(json.bool());
    else json.expected('a string, a number, a boolean or an object with equals, prefix, glob or exists');
  }

  matchesText(text: Text): bool {
    const equal = this.text;
    if (equal !== null) return text.equals(equal);
    const prefix = this.prefix;
    if (prefix !== null) return text.startsWith(prefix);
    const glob = this.glob;
    if (glob !== null) return glob.matches(text);
    return this.exists == 1;
  }

  /** A text that every matching value contains; empty when none is known. */
  get literal(): Text {
    const glob = this.glob;
    if (glob !== null) return glob.literal;
    const text = this.text;
    if (text !== null) return text;
    const prefix = this.prefix;
    return prefix !== null ? prefix : new Text();
  }

  /** `value` is null for an absent value. */
  matches(value: Value | null): bool {
    if (this.exists >= 0) return (value !== null) == (this.exists == 1);
    if (value === null) return false;
    if (this.bool >= 0) return value.kind == ValueKind.Bool && value.bool == (this.bool == 1);
    if (!isNaN(this.number)) {
      const kind = value.kind;
      if (kind == ValueKind.Int) return <f64>value.int == this.number;
      return kind == ValueKind.Double && value.double == this.number;
    }
    return value.kind == ValueKind.Text && this.matchesText(value.text);
  }
}
