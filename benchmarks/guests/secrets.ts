/** Looks at every text of a span, by all detectors that are on by default. */
import { Attributes, SecretScanner, Span, ValueKind } from 'otelwasm/assembly';

const scanner = new SecretScanner();

function secretIn(attributes: Attributes): bool {
  while (attributes.next()) {
    const value = attributes.value;
    if (value.kind == ValueKind.Text) {
      if (scanner.find(value.text)) return true;
    } else if (value.kind >= ValueKind.Array && secretIn(attributes.nested())) return true;
  }
  return false;
}

export function onSpan(span: Span): bool {
  return !scanner.find(span.name) && !secretIn(span.attributes);
}
