import type { Role, Signal } from '../../abi';
import { readDrops } from '../../pushdown';
import { findGuest, type GuestSource, isCompiled, type LoadedGuest, loadGuest } from '../../guest';

/** What a thread needs to load a guest. */
export interface GuestToLoad {
  readonly name: string;
  readonly label: string;
  /** A path, which the thread reads, or the module's bytes. */
  readonly source: string | Uint8Array<ArrayBuffer>;
  readonly role: Role;
  readonly signal: Signal;
  readonly maxMemoryBytes: number;
  /** The drop rules of a module that was compiled from rules here. */
  readonly drops?: string;
}

/**
 * A guest that its first thread reads, checks and compiles: a large one would block the app for seconds. That thread
 * sends the result back, so later threads start at once, with the same module.
 */
export class SharedGuest {
  #guest: LoadedGuest | GuestToLoad;

  /** Throws what `findGuest` throws or, for a compiled module, what `loadGuest` throws. */
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

  /** Called with the guest that a thread has loaded. */
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
