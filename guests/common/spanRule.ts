import { Json, JsonKind, Lookup, Span, Text } from 'otelwasm/assembly';
import { Matcher } from './matcher';

const STATUSES = ['unset', 'ok', 'error'];
const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const PATH_KEYS = ['url.path', 'http.target', 'http.route'];
const QUERY: u8 = 0x3f;

/** The attributes of the current span that rules read. */
export const slots = new Lookup();

// Its value includes the query.
let target: i32 = -1;

/** One entry of `drop` or `keep`: a span matches when all of its conditions hold. */
export class Rule {
  private slot: i32[] = [];
  private matchers: Matcher[] = [];
  private name: Matcher | null = null;
  private status: i32 = -1;
  private kind: i32 = -1;
  /** For a string entry: the request path, in any attribute that has it. */
  private path: Matcher | null = null;

  static list(json: Json): Rule[] {
    return json.items.map<Rule>((entry: Json): Rule => Rule.from(entry));
  }

  static from(json: Json): Rule {
    const rule = new Rule();
    if (json.kind == JsonKind.String) {
      rule.path = Matcher.ofPath(json.string());
      target = slots.add('http.target');
      for (let i = 0; i < PATH_KEYS.length; i++) rule.slot.push(slots.add(PATH_KEYS[i]));
      return rule;
    }
    json.only(['attribute', 'equals', 'prefix', 'glob', 'exists', 'attributes', 'name', 'status', 'kind']);
    if (json.keys.length == 0) json.expected('at least one condition');
    if (json.get('attribute').exists) rule.add(json.get('attribute').string(), Matcher.fromMember(json));
    else if (json.get('equals').exists || json.get('prefix').exists || json.get('glob').exists) {
      json.expected('an attribute together with equals, prefix or glob');
    }
    const attributes = json.get('attributes');
    const keys = attributes.keys;
    for (let i = 0; i < keys.length; i++) rule.add(keys[i], Matcher.from(attributes.get(keys[i])));
    if (json.get('name').exists) rule.name = Matcher.from(json.get('name'));
    if (json.get('status').exists) rule.status = choice(json.get('status'), STATUSES);
    if (json.get('kind').exists) rule.kind = choice(json.get('kind'), KINDS);
    return rule;
  }

  private add(key: string, matcher: Matcher): void {
    this.slot.push(slots.add(key));
    this.matchers.push(matcher);
  }

  /** The longest text that every matching span contains, in any attribute; empty when there is none. */
  get literal(): Text {
    const path = this.path;
    if (path !== null) return path.literal;
    const name = this.name;
    let longest = name !== null ? name.literal : new Text();
    for (let i = 0; i < this.matchers.length; i++) {
      const literal = this.matchers[i].literal;
      if (literal.size > longest.size) longest = literal;
    }
    return longest;
  }

  matches(span: Span): bool {
    const path = this.path;
    if (path !== null) return this.matchesPath(path);
    for (let i = 0; i < this.matchers.length; i++) {
      if (!this.matchers[i].matches(slots.get(this.slot[i]))) return false;
    }
    const name = this.name;
    if (name !== null && !name.matchesText(span.name)) return false;
    if (this.status >= 0 && span.statusCode != this.status) return false;
    return this.kind < 0 || span.kind == this.kind;
  }

  private matchesPath(path: Matcher): bool {
    for (let i = 0; i < this.slot.length; i++) {
      const slot = unchecked(this.slot[i]);
      const value = slots.get(slot);
      if (value === null) continue;
      const text = value.text;
      if (path.matchesText(slot == target ? withoutQuery(text) : text)) return true;
    }
    return false;
  }
}

function withoutQuery(target: Text): Text {
  for (let i: usize = 0; i < target.size; i++) {
    if (load<u8>(target.pointer + i) == QUERY) return target.bind(target.pointer, i);
  }
  return target;
}

function choice(json: Json, allowed: string[]): i32 {
  const index = allowed.indexOf(json.string());
  if (index < 0) json.expected('one of ' + allowed.join(', '));
  return index;
}
