import type { AdapterStats } from '../../src';

export const SOAK_PROCESSORS = ['inline', 'worker', 'process', 'stock'] as const;
export type SoakProcessor = (typeof SOAK_PROCESSORS)[number];

/** What the service is started with, as JSON in its first argument. */
export interface ServiceOptions {
  readonly guestFile: string;
  readonly otlpUrl: string;
  /** How the guest runs, or the SDK's own processor and exporter in its place. */
  readonly processor: SoakProcessor;
  readonly guestTimeoutMillis: number;
}

/** One look at the service. */
export interface Sample {
  readonly seconds: number;
  /** After a garbage collection. */
  readonly heapMebibytes: number;
  readonly rssMebibytes: number;
  /** How late the event loop was since the last sample, in milliseconds. */
  readonly delayP99Millis: number;
  readonly delayMaxMillis: number;
  readonly requests: number;
  readonly errors: number;
  readonly restarts: number;
}

/** What the service tells at its end. */
export interface Report {
  readonly requests: number;
  readonly spansEnded: number;
  readonly uncaught: readonly string[];
  readonly delayP99Millis: number;
  readonly delayMaxMillis: number;
  /** Undefined for the stock processor. */
  readonly stats: AdapterStats | undefined;
}

export type FromService =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'sample'; readonly sample: Sample }
  | { readonly kind: 'report'; readonly report: Report };
