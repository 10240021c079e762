import { Attributes, Glob, Json, JsonKind, Text, Value } from 'otelwasm/assembly';
import { hashOf } from './hash';

/** The targets of actions, as bits. */
export const enum Target {
  Resource = 1,
  Scope = 2,
  Span = 4,
  DataPoint = 8,
  LogRecord = 16,
}

const TARGETS = ['resource', 'scope', 'span', 'dataPoint', 'logRecord'];
const KINDS = ['insert', 'update', 'upsert', 'delete', 'hash', 'rename'];

const enum Kind {
  Insert,
  Update,
  Upsert,
  Delete,
  Hash,
  Rename,
}

/** Reads `on`: one target or a list of them. */
export function targetsOf(json: Json, fallback: u32): u32 {
  if (!json.exists) return fallback;
  const names = json.kind == JsonKind.Array ? json.items : [json];
  let targets: u32 = 0;
  for (let i = 0; i < names.length; i++) {
    const index = TARGETS.indexOf(names[i].string());
    if (index < 0) names[i].expected('one of ' + TARGETS.join(', '));
    targets |= 1 << index;
  }
  return targets;
}

/** One entry of `actions`. */
export class Action {
  targets: u32 = 0;
  private kind: i32 = Kind.Insert;
  private key: Text = new Text();
  private glob: Glob | null = null;
  private value: Value | null = null;
  private from: Text | null = null;
  private to: string = '';
  private found: Value = new Value();

  static from(json: Json, on: u32): Action {
    json.only(['key', 'glob', 'action', 'value', 'from_attribute', 'new_key', 'on']);
    const action = new Action();
    action.targets = targetsOf(json.get('on'), on);
    action.kind = KINDS.indexOf(json.get('action').string());
    if (action.kind < 0) json.get('action').expected('one of ' + KINDS.join(', '));
    const takesGlob = action.kind == Kind.Delete || action.kind == Kind.Hash;
    if (takesGlob && json.get('glob').exists) action.glob = new Glob(json.get('glob').string());
    else action.key = Text.of(json.get('key').string());
    if (action.kind <= Kind.Upsert) action.readSource(json);
    if (action.kind == Kind.Rename) action.to = json.get('new_key').string();
    return action;
  }

  private readSource(json: Json): void {
    const from = json.get('from_attribute');
    const value = json.get('value');
    if (from.exists == value.exists) json.expected('either value or from_attribute');
    if (from.exists) this.from = Text.of(from.string());
    else this.value = valueOf(value);
  }

  apply(attributes: Attributes): void {
    if (this.kind == Kind.Delete || this.kind == Kind.Hash) this.applyToAll(attributes);
    else if (this.kind == Kind.Rename) this.rename(attributes);
    else this.put(attributes);
  }

  private applyToAll(attributes: Attributes): void {
    const glob = this.glob;
    attributes.rewind();
    while (attributes.next()) {
      const key = attributes.key;
      if (glob === null ? !key.equals(this.key) : !glob.matches(key)) continue;
      if (this.kind == Kind.Delete) attributes.remove();
      else attributes.replace(hashOf(attributes.value));
    }
  }

  /** The new name replaces an existing attribute with that name. */
  private rename(attributes: Attributes): void {
    if (!attributes.findText(this.key)) return;
    const value = this.found.bind(attributes.value.start, attributes.value.end);
    attributes.remove();
    attributes.set(this.to, value);
  }

  private put(attributes: Attributes): void {
    let value = this.value;
    const from = this.from;
    if (from !== null) {
      if (!attributes.findText(from)) return;
      value = this.found.bind(attributes.value.start, attributes.value.end);
    }
    if (value === null) return;
    if (attributes.findText(this.key)) {
      if (this.kind != Kind.Insert) attributes.replace(value);
    } else if (this.kind != Kind.Update) {
      attributes.appendText(this.key, value);
    }
  }
}

function valueOf(json: Json): Value {
  if (json.kind == JsonKind.Bool) return Value.bool(json.bool());
  if (json.isInteger) return Value.int(json.integer());
  if (json.kind == JsonKind.Number) return Value.double(json.number());
  return Value.text(json.string());
}
