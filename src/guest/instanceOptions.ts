import type { Role, Signal } from '../abi';
import type { GuestLogger } from './guestLog';
import type { WasiOptions } from '../wasi';

/** How an instance of a guest is run. */
export interface InstanceOptions {
  readonly role: Role;
  readonly signal: Signal;
  /** The plugin configuration as JSON text, `null` when there is none: some guests cannot parse an empty answer. */
  readonly pluginConfigJson: string;
  /** A call that takes longer is stopped; 0 for no limit (a worker is stopped from outside). */
  readonly guestTimeoutMillis: number;
  /** The same for all that comes before the guest serves. Default `guestTimeoutMillis`. */
  readonly startTimeoutMillis?: number;
  readonly maxMemoryBytes: number;
  readonly log: GuestLogger;
  readonly shutdownRequested?: () => boolean;
  /** What WASI shows the guest; nothing by default. */
  readonly wasi?: WasiOptions;
  /** Takes the lines of stdout and stderr, where granted; the others go to `log`. */
  readonly output?: GuestOutput;
  /** How WASI blocks this thread when the guest sleeps; by default in `Atomics.wait`. */
  readonly sleep?: (millis: number) => void;
  /** Takes what a receiver emits. */
  readonly emit?: (signal: Signal, bytes: Uint8Array) => void;
}

/** Takes lines of a guest's output, without their newline. */
export interface GuestOutput {
  readonly stdout?: (line: string) => void;
  readonly stderr?: (line: string) => void;
}
