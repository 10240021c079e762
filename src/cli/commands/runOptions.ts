import type { GuestCommandOptions } from '../guestOptions';
import type { Format } from '../input';

/** Options of `otelwasm run`. */
export interface RunOptions extends GuestCommandOptions {
  readonly diff?: boolean;
  readonly explain?: boolean;
  readonly inputFormat?: Format;
  /** In MiB. */
  readonly maxDocument: number;
  readonly outputFormat?: Format;
  readonly output?: string;
  readonly for?: number;
  readonly quiet?: boolean;
}
