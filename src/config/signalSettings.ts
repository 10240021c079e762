import type { OtlpHttpOptions } from '../sink';
import type { ChainedGuest } from '../pipeline';

/** The guests and the next consumer of one signal, from any kind of configuration. */
export interface SignalSettings {
  /** Guests in the order of the data flow. May be empty if there is an exporter guest. */
  readonly processors: readonly ChainedGuest[];
  /** The guest that is the destination. Without one, data is sent with OTLP/HTTP. */
  readonly exporter?: ChainedGuest;
  /** Settings of OTLP/HTTP that override those of the environment. */
  readonly otlp?: OtlpHttpOptions;
}
