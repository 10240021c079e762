/** Masks or removes attributes whose keys match patterns. README.md beside this file shows the configuration. */
import { Json, Resource, Scope, Span } from 'otelwasm/assembly';
import { Redactor } from '../common/redactor';

const redactor = new Redactor();

export function onStart(config: Json): void {
  config.only(['keys', 'remove', 'mask']);
  redactor.configure(config);
}

export function onResource(resource: Resource): bool {
  redactor.redact(resource.attributes);
  return true;
}

export function onScope(scope: Scope): bool {
  redactor.redact(scope.attributes);
  return true;
}

export function onSpan(span: Span): bool {
  redactor.redact(span.attributes);
  const events = span.events;
  while (events.next()) redactor.redact(events.current.attributes);
  const links = span.links;
  while (links.next()) redactor.redact(links.current.attributes);
  return true;
}
