import type { OtlpHttpOptions } from '../sink';
import type { ChainedGuest } from '../pipeline';

/** What one signal's adapters are made of, wherever it was configured: guests, then the next consumer. */
export interface SignalSettings {
  /** Guests through which the data goes, in order; may be none if there is an exporter guest. */
  readonly processors: readonly ChainedGuest[];
  /** The guest at the end of the line; without one data goes over OTLP/HTTP. */
  readonly exporter?: ChainedGuest;
  /** Settings for OTLP/HTTP where the environment's are not enough. */
  readonly otlp?: OtlpHttpOptions;
}
