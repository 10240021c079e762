import { resolve } from 'node:path';
import { isShipped } from '../guest';
import { type ChainedGuest, type GuestOptions, resolveGuestOptions } from '../pipeline';

/** A guest as a YAML file has it: its options in snake_case, as the schema allows them. */
export interface GuestEntry {
  readonly path: string;
  readonly [option: string]: unknown;
}

/** The guest for adapters; a path is relative to `folder`. Throws what an adapter would throw for these options. */
export function guestOf({ path, ...options }: GuestEntry, folder: string): ChainedGuest {
  const named = camelCased(options) as GuestOptions & { restart?: object };
  const restart = named.restart && { restart: camelCased(named.restart) };
  const all = { ...named, ...restart };
  resolveGuestOptions(all);
  return { guest: isShipped(path) ? path : resolve(folder, path), ...all };
}

function camelCased(options: object): object {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [camelCase(name), value as unknown]),
  );
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
