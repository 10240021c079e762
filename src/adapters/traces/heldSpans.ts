import type { InstrumentationScope, Resource } from '../../otel';
import type { ReadableSpan } from '../../otel';

/** Encoded spans that wait together, by resource and scope. */
export class HeldSpans {
  readonly groups = new Map<Resource, Map<InstrumentationScope, Uint8Array[]>>();
  readonly sinceMillis: number;
  spans = 0;
  bytes = 0;

  constructor(sinceMillis: number) {
    this.sinceMillis = sinceMillis;
  }

  add({ resource, instrumentationScope: scope }: ReadableSpan, encoded: Uint8Array): void {
    let scopes = this.groups.get(resource);
    if (scopes === undefined)
      this.groups.set(resource, (scopes = new Map<InstrumentationScope, Uint8Array[]>()));
    const items = scopes.get(scope);
    if (items === undefined) scopes.set(scope, [encoded]);
    else items.push(encoded);
    this.spans++;
    this.bytes += encoded.length;
  }

  /** Waits until the attributes of all resources are there. */
  async settled(): Promise<void> {
    const pending = [...this.groups.keys()].filter(({ asyncAttributesPending }) => asyncAttributesPending);
    await Promise.allSettled(pending.map(async resource => resource.waitForAsyncAttributes?.()));
  }
}
