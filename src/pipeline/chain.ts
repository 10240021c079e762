import type { GuestSource } from '../guest';
import {
  type ChainedGuest,
  GUEST_OPTION_NAMES,
  type GuestOptions,
  type Guests,
  hasOptions,
  invalid,
  assertKnownOptions,
} from './options';

/** One guest of a chain with its options. */
export interface ChainEntry {
  readonly guest: GuestSource;
  readonly own: GuestOptions;
}

/** The guests in order. Throws `INVALID_OPTION`. */
export function chainOf(guests: Guests): readonly ChainEntry[] {
  const chain = Array.isArray(guests) ? (guests as readonly ChainedGuest[]) : [guests as ChainedGuest];
  if (chain.length === 0) throw invalid('guest', chain, 'a guest, or an array of at least one');
  return chain.map(entry => {
    if (!hasOptions(entry)) return { guest: entry, own: {} };
    const { guest, ...own } = entry;
    assertKnownOptions(own, GUEST_OPTION_NAMES);
    return { guest, own: guestOptionsOf(own) };
  });
}

/** The options that concern one guest, without undefined ones. */
export function guestOptionsOf(options: GuestOptions): GuestOptions {
  return Object.fromEntries(
    GUEST_OPTION_NAMES.filter(name => options[name] !== undefined).map(name => [name, options[name]]),
  );
}

/** The name, with a number if an earlier guest has the same: logs and metrics must tell them apart. */
export function distinctName(name: string, taken: readonly string[]): string {
  let distinct = name;
  for (let number = 2; taken.includes(distinct); number++) distinct = `${name}#${number}`;
  return distinct;
}
