/** Reads the configuration. If anything in it is invalid, every batch is refused. */
import {
  DEFAULT_DETECTORS,
  Glob,
  Json,
  JsonKind,
  KeyClassifier,
  Pattern,
  SecretScanner,
  Text,
  fail,
} from 'otelwasm/assembly';
import { DETECTOR_NAMES } from 'otelwasm/assembly/detect';
import { Hmac } from '../common/hmac';
import { Action, actionOf } from './action';
import { GENAI_KEYS, NO_SECRET_KEYS, SECRET_KEYS, SQL_KEYS } from './defaults';

/** Categories of keys besides `Action`. 0: the value is searched. */
export const LOOK: i32 = 0;
/** The value is kept. */
export const IGNORE: i32 = 8;
/** The value is SQL. */
export const SQL: i32 = 9;
/** The key is secret by default: its value is masked, unless it is true or false. */
export const BY_DEFAULT: i32 = 10;
/** The key is not on the allow-list. */
export const NOT_ALLOWED: i32 = 11;
/** Added to any of these when the key itself contains a secret. */
export const SECRET_KEY: i32 = 64;

const OPTIONS = [
  'keys',
  'remove',
  'ignore',
  'allow',
  'defaults',
  'detectors',
  'texts',
  'values',
  'action',
  'mask',
  'hmacKey',
  'preset',
  'sql',
  'urlParameters',
];
const LEAST_KEY_BYTES: usize = 16;

/** A rule for keys or for whole texts. */
export class Rule {
  glob: Glob | null = null;
  pattern: Pattern | null = null;

  constructor(readonly category: i32) {}

  matches(text: Text): bool {
    const glob = this.glob;
    if (glob !== null) return glob.matches(text);
    const pattern = this.pattern;
    return pattern !== null && pattern.test(text);
  }
}

/** A regular expression for values, and the action on its matches. */
export class ValueRule {
  constructor(
    readonly pattern: Pattern,
    readonly action: Action,
  ) {}
}

export let mask: Text = Text.of('***');
export let hmac: Hmac | null = null;
export let scanner: SecretScanner = new SecretScanner();
/** The action where none is given. */
export let defaultAction: i32 = Action.Mask;
/** The action on log bodies of events in `genai`; 0 without the preset. */
export let genaiAction: i32 = LOOK;
export let valueRules: ValueRule[] = [];
let keyRules: Rule[] = [];
export let textRules: Rule[] = [];
/** Whether there are rules for texts or for parts of them. */
export let hasTextRules: bool = false;
let allowed: Glob[] = [];
let hasAllowList: bool = false;
export let hasDetectors: bool = true;
const actions = new StaticArray<i32>(DETECTOR_NAMES.length);

/** Numbers are checked only when cards are detected. */
export let wantsCards: bool = true;

const keys = new KeyClassifier((key: Text): i32 => {
  const category = categoryOf(key);
  return hasDetectors && scanner.find(key) ? category | SECRET_KEY : category;
});

/** The category of a key. */
export function categoryOfKey(key: usize, size: usize): i32 {
  return keys.accepts(key, size, 0, 0) ? keys.last : LOOK;
}

function categoryOf(key: Text): i32 {
  if (hasAllowList && !isAllowed(key)) return NOT_ALLOWED;
  for (let i = 0; i < keyRules.length; i++) {
    if (keyRules[i].matches(key)) return keyRules[i].category;
  }
  return LOOK;
}

export function actionOfDetector(detector: i32): Action {
  return <Action>actions[detector];
}

function isAllowed(key: Text): bool {
  for (let i = 0; i < allowed.length; i++) {
    if (allowed[i].matches(key)) return true;
  }
  return false;
}

export function configure(config: Json): void {
  config.only(OPTIONS);
  mask = Text.of(config.get('mask').stringOr('***'));
  const key = config.get('hmacKey');
  if (key.exists) {
    const bytes = Text.of(key.string());
    // The message omits the value: it is a secret.
    if (bytes.size < LEAST_KEY_BYTES)
      fail(key.path + ': expected at least 16 bytes, got ' + bytes.size.toString());
    hmac = new Hmac(bytes);
  }
  const action = config.get('action').exists ? actionOf(config.get('action'), key.exists) : Action.Mask;
  defaultAction = action;
  readKeys(config, action, key.exists);
  readDetectors(config, action, key.exists);
  const texts = config.get('texts').items;
  for (let i = 0; i < texts.length; i++) textRules.push(ruleOf(texts[i], 'glob', action, key.exists));
  const values = config.get('values').items;
  for (let i = 0; i < values.length; i++) {
    values[i].only(['pattern', 'action']);
    const own = values[i].get('action');
    const pattern = Pattern.ofConfig(values[i].get('pattern'));
    if (pattern !== null)
      valueRules.push(new ValueRule(pattern, own.exists ? actionOf(own, key.exists) : action));
  }
  hasTextRules = textRules.length > 0 || valueRules.length > 0;
}

/** In order: the configuration takes precedence over built-in keys. */
function readKeys(config: Json, action: Action, hasHmacKey: bool): void {
  add(config.get('ignore').strings(), IGNORE);
  const list = config.get('keys').items;
  for (let i = 0; i < list.length; i++) keyRules.push(ruleOf(list[i], 'key', action, hasHmacKey));
  add(config.get('remove').strings(), Action.Remove);
  const presets = config.get('preset');
  const names = presets.kind == JsonKind.Array ? presets.items : presets.exists ? [presets] : [];
  for (let i = 0; i < names.length; i++) {
    if (names[i].string() != 'genai') names[i].expected('"genai"');
    genaiAction = action;
    add(GENAI_KEYS, action);
  }
  const sql = config.get('sql');
  if (sql.kind == JsonKind.Array) add(sql.strings(), SQL);
  else if (sql.boolOr(false)) add(SQL_KEYS, SQL);
  if (config.get('defaults').boolOr(true)) {
    add(NO_SECRET_KEYS, LOOK);
    add(SECRET_KEYS, BY_DEFAULT);
  }
  const allow = config.get('allow');
  hasAllowList = allow.exists;
  allowed = allow.strings().map<Glob>((glob: string): Glob => new Glob(glob, true));
}

function add(globs: string[], category: i32): void {
  for (let i = 0; i < globs.length; i++) {
    const rule = new Rule(category);
    rule.glob = new Glob(globs[i], true);
    keyRules.push(rule);
  }
}

/** A glob alone, or an object with a glob or a pattern, and an action. */
function ruleOf(json: Json, name: string, action: Action, hasHmacKey: bool): Rule {
  if (json.kind == JsonKind.String) {
    const rule = new Rule(action);
    rule.glob = new Glob(json.string(), true);
    return rule;
  }
  json.only([name, 'pattern', 'action']);
  const own = json.get('action');
  const rule = new Rule(own.exists ? actionOf(own, hasHmacKey) : action);
  if (json.get(name).exists == json.get('pattern').exists) json.expected('either ' + name + ' or pattern');
  else if (json.get(name).exists) rule.glob = new Glob(json.get(name).string(), true);
  else rule.pattern = Pattern.ofConfig(json.get('pattern'));
  return rule;
}

/** A list selects the detectors. An object changes the actions of those that it names, and turns them on or off. */
function readDetectors(config: Json, action: Action, hasHmacKey: bool): void {
  const json = config.get('detectors');
  let set: u32 = DEFAULT_DETECTORS;
  for (let i = 0; i < actions.length; i++) actions[i] = action;
  if (json.kind == JsonKind.Array) {
    set = 0;
    const names = json.items;
    for (let i = 0; i < names.length; i++) set |= 1 << indexOf(names[i], names[i].string());
  } else if (json.exists) {
    const names = json.keys;
    for (let i = 0; i < names.length; i++) {
      const value = json.get(names[i]);
      const index = indexOf(value, names[i]);
      if (value.kind == JsonKind.Bool && !value.bool()) {
        set &= ~((<u32>1) << index);
        continue;
      }
      set |= 1 << index;
      if (value.kind != JsonKind.Bool) actions[index] = actionOf(value, hasHmacKey);
    }
  }
  hasDetectors = set != 0;
  wantsCards = (set & 1) != 0;
  scanner = new SecretScanner(set);
  const parameters = config.get('urlParameters').strings();
  if (parameters.length > 0) scanner.addParameters(parameters);
}

function indexOf(json: Json, name: string): i32 {
  const index = DETECTOR_NAMES.indexOf(name);
  if (index >= 0) return index;
  json.expected('names of detectors (' + DETECTOR_NAMES.join(', ') + ')');
  return 0;
}
