import type { AdapterStats } from '../../src';

/** What the service is started with, as JSON in its first argument. */
export interface ServiceOptions {
  readonly guestFile: string;
  readonly otlpUrl: string;
  readonly isolation: 'inline' | 'worker';
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
  readonly stats: AdapterStats;
}

export type FromService =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'sample'; readonly sample: Sample }
  | { readonly kind: 'report'; readonly report: Report };
