import type { Role, Signal } from '../abi';
import type { GuestLogger } from './guestLog';
import type { WasiOptions } from '../wasi';

/** How an instance of a guest is run. */
export interface InstanceOptions {
  readonly role: Role;
  readonly signal: Signal;
  /** The plugin configuration as JSON text; `null` without one, because some guests cannot parse an empty text. */
  readonly pluginConfigJson: string;
  /** A call that takes longer is stopped; 0 for no limit (a worker is stopped from outside). */
  readonly guestTimeoutMillis: number;
  /** The same for everything before the first batch. Default `guestTimeoutMillis`. */
  readonly startTimeoutMillis?: number;
  readonly maxMemoryBytes: number;
  readonly log: GuestLogger;
  readonly shutdownRequested?: () => boolean;
  /** Grants to the guest through WASI; nothing by default. */
  readonly wasi?: WasiOptions;
  /** Gets the lines of stdout and stderr, if granted; others go to `log`. */
  readonly output?: GuestOutput;
  /** How WASI blocks this thread while the guest sleeps; by default with `Atomics.wait`. */
  readonly sleep?: (millis: number) => void;
  /** Gets the batches of a receiver. */
  readonly emit?: (signal: Signal, bytes: Uint8Array) => void;
}

/** Takes lines of a guest's output, without their newline. */
export interface GuestOutput {
  readonly stdout?: (line: string) => void;
  readonly stderr?: (line: string) => void;
}
