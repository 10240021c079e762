/** Reads the configuration: which texts become templates, and how. */
import { Glob, Json, JsonKind, KeyClassifier, Pattern, Replacement, Text } from 'otelwasm/assembly';
import { PATTERNS, PatternRule, Rule } from './rule';
import { PLACEHOLDERS } from './url';

const URL_KEYS = ['url.path', 'http.route', 'http.target'];
const SQL_KEYS = ['db.query.text', 'db.statement'];
const OPTIONS = [
  'spanNames',
  'attributes',
  'sql',
  'patterns',
  'placeholders',
  'keep',
  'maxResults',
  'overflow',
];
const KINDS = ['number', 'uuid', 'hex', 'hash'];
const MOST_RESULTS: f64 = 65_536;

/** The rule for names of spans, if there is one. */
export let spanNames: Rule | null = null;

class KeyRule {
  constructor(
    readonly glob: Glob,
    readonly rule: Rule,
  ) {}
}

const keyRules: KeyRule[] = [];

/** A key's category is the index of its rule, counted from 1. */
export const keys = new KeyClassifier((key: Text): i32 => {
  for (let i = 0; i < keyRules.length; i++) {
    if (keyRules[i].glob.matches(key)) return i + 1;
  }
  return 0;
});

export function ruleOf(category: i32): Rule {
  return unchecked(keyRules[category - 1]).rule;
}

export function configure(config: Json): void {
  config.only(OPTIONS);
  const limit = config.get('maxResults').numberOr(1000);
  if (!(limit >= 1 && limit <= MOST_RESULTS) || trunc(limit) != limit) {
    config.get('maxResults').expected('a whole number from 1 to 65536');
  }
  const overflow = Text.of(config.get('overflow').stringOr('{other}'));
  const placeholders = config.get('placeholders');
  placeholders.only(KINDS);
  for (let i = 0; i < KINDS.length; i++) {
    if (placeholders.get(KINDS[i]).exists) PLACEHOLDERS[i] = Text.of(placeholders.get(KINDS[i]).string());
  }
  const patterns = config.get('patterns').items;
  for (let i = 0; i < patterns.length; i++) {
    patterns[i].only(['pattern', 'replacement']);
    const pattern = Pattern.ofConfig(patterns[i].get('pattern'));
    const replacement = Replacement.ofText(Text.of(patterns[i].get('replacement').string()));
    if (pattern !== null) PATTERNS.push(new PatternRule(pattern, replacement));
  }
  const keep = config
    .get('keep')
    .strings()
    .map<Glob>((glob: string): Glob => new Glob(glob));
  if (config.get('spanNames').boolOr(true)) spanNames = new Rule(<u32>limit, overflow, keep, false, true);
  const urls = keysOf(config.get('attributes'), URL_KEYS);
  const statements = keysOf(config.get('sql'), SQL_KEYS);
  for (let i = 0; i < statements.length; i++)
    addKey(statements[i], new Rule(<u32>limit, overflow, keep, true, false));
  for (let i = 0; i < urls.length; i++) addKey(urls[i], new Rule(<u32>limit, overflow, keep, false, false));
}

/** A list of keys; `false` for none. */
function keysOf(json: Json, fallback: string[]): string[] {
  if (!json.exists) return fallback;
  if (json.kind == JsonKind.Bool) return json.bool() ? fallback : [];
  return json.strings();
}

function addKey(glob: string, rule: Rule): void {
  keyRules.push(new KeyRule(new Glob(glob), rule));
}
