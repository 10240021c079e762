/** What the Collector's `replace_pattern(span.name, "/[0-9]+", "/{id}")` does. */
import { Pattern, Replacement, Span } from 'otelwasm/assembly';

const NUMBER = Pattern.of('/[0-9]+');
const ID = Replacement.of('/{id}');

export function onSpan(span: Span): bool {
  const name = NUMBER.replaceAll(span.name, ID);
  if (name) span.message.setBytes(5, name.pointer, name.size);
  return true;
}
