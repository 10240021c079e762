import { Json, JsonKind, Lookup, Text } from 'otelwasm/assembly';
import { Matcher } from '../common/matcher';

/** The attributes of the current data point that rules read. */
export const keys = new Lookup();

/** One entry of `drop`: a metric's name, attributes of its points, or both. */
export class Rule {
  /** Whether the current metric has the rule's name. */
  applies: bool = false;
  private name: Matcher | null = null;
  private slots: i32[] = [];
  private matchers: Matcher[] = [];

  static from(json: Json): Rule {
    const rule = new Rule();
    if (json.kind == JsonKind.String) {
      rule.name = Matcher.ofPath(json.string());
      return rule;
    }
    json.only(['name', 'attributes']);
    if (json.keys.length == 0) json.expected('a name, attributes or both');
    if (json.get('name').exists) rule.name = Matcher.from(json.get('name'));
    const attributes = json.get('attributes');
    const names = attributes.keys;
    for (let i = 0; i < names.length; i++) {
      rule.slots.push(keys.add(names[i]));
      rule.matchers.push(Matcher.from(attributes.get(names[i])));
    }
    return rule;
  }

  get hasAttributes(): bool {
    return this.matchers.length > 0;
  }

  matchesName(name: Text): bool {
    const matcher = this.name;
    return matcher === null || matcher.matchesText(name);
  }

  /** Whether all conditions hold for the attributes in `keys`. */
  matchesPoint(): bool {
    for (let i = 0; i < this.matchers.length; i++) {
      if (!this.matchers[i].matches(keys.get(this.slots[i]))) return false;
    }
    return true;
  }
}
