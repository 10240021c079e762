import type { Signal } from '../../../src/abi';
import type { Role } from './roles';

/** A guest that attacks, and how the app uses it. */
export interface AttackCase {
  readonly what: string;
  readonly make: () => Promise<Uint8Array>;
  /** @default the app's default setup */
  readonly app?: AppSetup;
}

/** How an app uses a guest. */
export interface AppSetup {
  /** @default 'traces' */
  readonly signal?: Signal;
  /**
   * Where results go: `bytes` to nowhere; `sdk` decoded to an exporter of the SDK; `json` to a closed port; `slow` to a
   * slow consumer, while all batches arrive at once.
   */
  readonly sink?: 'bytes' | 'sdk' | 'json' | 'slow';
  readonly checkOutput?: 'items';
  /** Whether the app reads the lines of stdout. */
  readonly takesOutput?: boolean;
  /** What follows in the chain: the guest itself, twice or nine times, or one that traps. */
  readonly before?: 'itself' | 'nine' | 'traps';
  /** Whether small results are merged, as in a span processor. */
  readonly isCoalesced?: boolean;
  /** The role of the guest. @default a processor */
  readonly role?: Role;
  /** Batches that the app sends at once. @default 1, one after the other */
  readonly batches?: number;
  /**
   * Size of the results that may be in the app's memory at the same time, as in SECURITY.md.
   * @default 64
   */
  readonly pendingMebibytes?: number;
  /**
   * The allowed delay of the app's event loop.
   * @default 50
   */
  readonly lateMillis?: number;
}
