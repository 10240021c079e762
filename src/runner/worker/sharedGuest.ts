import type { Role, Signal } from '../../abi';
import { readDrops } from '../../pushdown';
import { findGuest, type GuestSource, isCompiled, type LoadedGuest, loadGuest } from '../../guest';

/** What a thread is given to load. */
export interface GuestToLoad {
  readonly name: string;
  readonly label: string;
  /** A path, which the thread reads, or the module's bytes. */
  readonly source: string | Uint8Array<ArrayBuffer>;
  readonly role: Role;
  readonly signal: Signal;
  readonly maxMemoryBytes: number;
  /** What the module says that it drops, of one that was made from rules and is at hand here. */
  readonly drops?: string;
}

/**
 * A guest that its first thread reads, checks and compiles: a large one would block the app for seconds. That thread hands
 * on what it made, so the others begin at once, and with the same module.
 */
export class SharedGuest {
  #guest: LoadedGuest | GuestToLoad;

  /** Throws what `findGuest` throws; for a module that is already compiled, what `loadGuest` throws. */
  constructor(source: GuestSource, role: Role, signal: Signal, maxMemoryBytes: number) {
    this.#guest = isCompiled(source)
      ? loadGuest(source, role, signal, maxMemoryBytes)
      : { ...found(source), role, signal, maxMemoryBytes };
  }

  /** For messages and metrics. */
  get name(): string {
    return this.#guest.name;
  }

  /** For the next thread. */
  get guest(): LoadedGuest | GuestToLoad {
    return this.#guest;
  }

  /** Told by a thread that loaded it. */
  loaded(guest: LoadedGuest): void {
    this.#guest = { ...guest, name: this.name };
  }
}

function found(source: GuestSource): Pick<GuestToLoad, 'name' | 'label' | 'source' | 'drops'> {
  const { name, label, source: file, drops } = findGuest(source);
  return {
    name,
    label,
    source: file,
    drops: drops ?? (typeof file === 'string' ? undefined : readDrops(file)),
  };
}
