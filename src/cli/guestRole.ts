import type { Role, Signal } from '../abi';
import { describeGuest, type GuestDescription } from '../conformance';
import { CommandError } from './failure';

/** Describes the guest that a command runs. Throws CommandError, in one line, if it is invalid. */
export function readGuest(path: string): GuestDescription {
  const guest = describeGuest(path);
  if (guest.problems.length > 0) throw new CommandError(`${path}: ${guest.problems.join('; ')}`);
  return guest;
}

/**
 * The signals that the guest serves as a consumer (exports do not distinguish processors from exporters), or as a
 * receiver.
 */
export function signalsOf({ roles }: GuestDescription, role: Role): Signal[] {
  return roles.filter(entry => entry.role === role).map(({ signal }) => signal);
}

/**
 * The signals of the data that the guest gets: the requested one, else all that it serves. Throws like {@link
 * pickSignal}.
 */
export function signalsFor(guest: GuestDescription, role: Role, wanted: Signal | undefined): Signal[] {
  pickSignal(guest, role, wanted);
  return wanted === undefined ? signalsOf(guest, role) : [wanted];
}

/**
 * The signal for which to run the guest: the requested one, else the only one; `undefined` if there are several.
 * Throws CommandError if the guest does not serve the requested one in this role.
 */
export function pickSignal(
  guest: GuestDescription,
  role: Role,
  wanted: Signal | undefined,
): Signal | undefined {
  const signals = signalsOf(guest, role);
  if (wanted === undefined ? signals.length > 0 : signals.includes(wanted)) {
    return wanted ?? (signals.length === 1 ? signals[0] : undefined);
  }
  const serves = guest.roles
    .filter(entry => entry.role !== 'exporter')
    .map(entry => `${entry.signal} ${entry.role === 'receiver' ? 'receiver' : 'processor or exporter'}`);
  throw new CommandError(
    `${guest.path}: is not a ${[wanted, role].filter(Boolean).join(' ')}: it can be a ${serves.join(', a ')}`,
  );
}
