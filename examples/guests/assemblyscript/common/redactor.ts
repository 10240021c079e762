import { Attributes, Glob, Json, Value, ValueKind } from 'otelwasm/assembly';

/** Masks or removes attributes by their keys, however deep they are nested. */
export class Redactor {
  private mask: Value = Value.text('***');
  private masked: Glob[] = [];
  private removed: Glob[] = [];

  /** Reads `mask`, `keys` and `remove`. */
  configure(config: Json): void {
    this.mask = Value.text(config.get('mask').stringOr('***'));
    this.masked = globs(config.get('keys'));
    this.removed = globs(config.get('remove'));
  }

  redact(attributes: Attributes): void {
    while (attributes.next()) {
      if (matchesAny(this.removed, attributes)) attributes.remove();
      else if (matchesAny(this.masked, attributes)) attributes.replace(this.mask);
      else {
        const kind = attributes.value.kind;
        if (kind == ValueKind.Map || kind == ValueKind.Array) this.redact(attributes.nested());
      }
    }
  }
}

function globs(json: Json): Glob[] {
  return json.strings().map<Glob>((pattern: string): Glob => new Glob(pattern, true));
}

function matchesAny(globs: Glob[], attributes: Attributes): bool {
  for (let i = 0; i < globs.length; i++) {
    if (globs[i].matches(attributes.key)) return true;
  }
  return false;
}
