import { resolve } from 'node:path';
import { OtelWasmError } from '../abi';
import { compiledRules, isShipped } from '../guest';
import { type ChainedGuest, type GuestOptions, resolveGuestOptions } from '../pipeline';

/** A guest in a YAML file: its options in snake_case, as the schema allows them. */
export interface GuestEntry {
  readonly path?: string;
  /** Instead of a path: the path of a Collector's YAML, or its processors inline. */
  readonly rules?: string | Readonly<Record<string, unknown>>;
  readonly [option: string]: unknown;
}

/**
 * Converts an entry for adapters. A path is relative to `folder`. Throws what an adapter would throw for these
 * options.
 */
export function guestOf({ path, rules, ...options }: GuestEntry, folder: string): ChainedGuest {
  const named = camelCased(options) as GuestOptions & { restart?: object };
  const restart = named.restart && { restart: camelCased(named.restart) };
  const all = { ...named, ...restart };
  resolveGuestOptions(all);
  return { guest: sourceOf(path, rules, folder), ...all };
}

function sourceOf(path: GuestEntry['path'], rules: GuestEntry['rules'], folder: string): string | Uint8Array {
  if ((path === undefined) === (rules === undefined))
    throw new OtelWasmError('INVALID_OPTION', 'a guest must have either "path" or "rules"');
  if (typeof rules === 'object') return compiledRules(rules);
  if (rules !== undefined) return resolve(folder, rules);
  return isShipped(path) ? path : resolve(folder, path!);
}

/** The same options with names in camelCase. */
export function camelCased(options: object): object {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [camelCase(name), value as unknown]),
  );
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
