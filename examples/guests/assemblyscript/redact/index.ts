/** Masks or removes attributes whose keys match patterns. README.md beside this file shows the configuration. */
import { Json, Resource, Scope, Span } from 'otelwasm/assembly';
import { configure, redact } from '../common/redactor';

export function onStart(config: Json): void {
  config.only(['keys', 'remove', 'mask']);
  configure(config);
}

export function onResource(resource: Resource): bool {
  redact(resource.attributes);
  return true;
}

export function onScope(scope: Scope): bool {
  redact(scope.attributes);
  return true;
}

export function onSpan(span: Span): bool {
  redact(span.attributes);
  const events = span.events;
  while (events.next()) redact(events.current.attributes);
  const links = span.links;
  while (links.next()) redact(links.current.attributes);
  return true;
}
