import { Attributes, Glob, Json, Text, Value, ValueKind } from 'otelwasm/assembly';
import { KeyVerdicts } from './keyVerdicts';

const KEEP = 0;
const MASK = 1;
const REMOVE = 2;

let mask: Value = Value.text('***');
let masked: Glob[] = [];
let removed: Glob[] = [];
const verdicts = new KeyVerdicts((key: Text): i32 => {
  if (anyMatches(removed, key)) return REMOVE;
  return anyMatches(masked, key) ? MASK : KEEP;
});

/** Reads `mask`, `keys` and `remove`. */
export function configure(config: Json): void {
  mask = Value.text(config.get('mask').stringOr('***'));
  masked = globs(config.get('keys'));
  removed = globs(config.get('remove'));
}

/** Masks or removes attributes by their keys, however deep they are nested. */
export function redact(attributes: Attributes): void {
  while (attributes.next()) {
    const verdict = verdicts.of(attributes.key);
    if (verdict == REMOVE) attributes.remove();
    else if (verdict == MASK) attributes.replace(mask);
    else {
      const kind = attributes.value.kind;
      if (kind == ValueKind.Map || kind == ValueKind.Array) redact(attributes.nested());
    }
  }
}

function globs(json: Json): Glob[] {
  return json.strings().map<Glob>((pattern: string): Glob => new Glob(pattern, true));
}

function anyMatches(globs: Glob[], key: Text): bool {
  for (let i = 0; i < globs.length; i++) {
    if (globs[i].matches(key)) return true;
  }
  return false;
}
