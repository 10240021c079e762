import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';

/** Counts ended spans by route: a span processor of the plainest kind. */
export class SpanCount implements SpanProcessor {
  readonly byRoute = new Map<string, number>();

  onStart(): void {
    // Counted when it ends.
  }

  onEnd(span: ReadableSpan): void {
    const route = routeOf(span);
    this.byRoute.set(route, (this.byRoute.get(route) ?? 0) + 1);
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** `GET /users/:id`: the method, and the path with its numbers taken out. */
export function routeOf({ attributes, name }: Pick<ReadableSpan, 'attributes' | 'name'>): string {
  const path = attributes['url.path'];
  if (typeof path !== 'string') return name;
  const method = String(attributes['http.request.method']);
  return `${method} ${path.replace(/\d+/g, ':id')}`;
}
