import type { ReadableSpan } from '../../otel';
import type { EncodedItems } from '../../otlp';

/** Encoded spans that wait together. */
export class HeldSpans {
  readonly encoded: EncodedItems[] = [];
  readonly sinceMillis: number;
  bytes = 0;

  constructor(sinceMillis: number) {
    this.sinceMillis = sinceMillis;
  }

  get spans(): number {
    return this.encoded.length;
  }

  add({ resource, instrumentationScope }: ReadableSpan, bytes: Uint8Array): void {
    this.encoded.push({ resource, instrumentationScope, bytes });
    this.bytes += bytes.length;
  }
}
