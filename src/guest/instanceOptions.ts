import type { Role, Signal } from '../abi';
import type { GuestLogger } from './guestLog';
import type { WasiOptions } from '../wasi';

/** How an instance of a guest is run. */
export interface InstanceOptions {
  readonly role: Role;
  readonly signal: Signal;
  /** The plugin configuration as JSON text; `null` without one, because some guests cannot parse an empty text. */
  readonly pluginConfigJson: string;
  /** A call that takes longer is stopped. 0 for no limit: the host stops workers from outside. */
  readonly guestTimeoutMillis: number;
  /** The limit for everything before the first batch. Default `guestTimeoutMillis`. */
  readonly startTimeoutMillis?: number;
  readonly maxMemoryBytes: number;
  readonly log: GuestLogger;
  readonly shutdownRequested?: () => boolean;
  /** Grants to the guest through WASI; nothing by default. */
  readonly wasi?: WasiOptions;
  /** Receives the lines of stdout and stderr, if granted. Without it they go to `log`. */
  readonly output?: GuestOutput;
  /** Blocks this thread while the guest sleeps. Default: `Atomics.wait`. */
  readonly sleep?: (millis: number) => void;
  /** Receives the batches of a receiver. */
  readonly emit?: (signal: Signal, bytes: Uint8Array) => void;
}

/** Receives lines of a guest's output, without their newline. */
export interface GuestOutput {
  readonly stdout?: (line: string) => void;
  readonly stderr?: (line: string) => void;
}
