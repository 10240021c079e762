import type { Signal } from '../../../src/abi';
import type { Role } from './roles';

/** A guest that is made for an attack, and what it is about. */
export interface Shape {
  readonly what: string;
  readonly make: () => Promise<Uint8Array>;
  /** How the app uses it, where that is not the simplest way. */
  readonly app?: AppSetup;
}

/** How an app uses a guest. */
export interface AppSetup {
  /** @default 'traces' */
  readonly signal?: Signal;
  /** Where results go: nowhere as bytes, to an exporter of the SDK, which has them decoded, or as JSON to a closed port, or to a
   * consumer that takes its time, while batches come all at once. */
  readonly sink?: 'bytes' | 'sdk' | 'json' | 'slow';
  readonly checkOutput?: 'items';
  /** Whether the app takes lines of stdout one by one. */
  readonly takesOutput?: boolean;
  /** What runs on what it returned: the guest itself, twice or nine times, or one that traps. */
  readonly before?: 'itself' | 'nine' | 'traps';
  /** Whether small results wait for each other, as those of full batches do in a span processor. */
  readonly isCoalesced?: boolean;
  /** What the app uses the guest as. @default a processor */
  readonly role?: Role;
  /** Batches that the app sends at once. @default 1, one after the other */
  readonly batches?: number;
  /**
   * Of results, what SECURITY.md lets be there at once in the app's memory.
   * @default 64
   */
  readonly pendingMebibytes?: number;
  /**
   * How late the app's event loop may be.
   * @default 50
   */
  readonly lateMillis?: number;
}
