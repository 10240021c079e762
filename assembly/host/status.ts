import { setStatusReason } from './functions';
import { LogLevel, log } from './log';

/** AssemblyScript has no exceptions to catch, so a call's first failure is kept here until the call ends. */
let reason: string | null = null;

/**
 * Makes the current call return an error status with this reason. The first reason of a call counts; the rest of the
 * call has no effect on its result.
 */
export function fail(text: string): void {
  if (!failed()) reason = text;
}

/** True when the call that is running has failed. */
// Asked for each field of a batch: `reason !== null` would call the comparison of strings.
export function failed(): bool {
  return changetype<usize>(reason) != 0;
}

/** Ends a call that has no status. Returns why it failed; null if it did not. */
export function takeFailure(): string | null {
  const text = reason;
  reason = null;
  return text;
}

/** Ends a call. Returns its status (0 or 1), after passing the reason to the host. */
export function takeStatus(): i32 {
  if (!failed()) return 0;
  setStatusReason(takeFailure()!);
  return 1;
}

/** What `throw` and a failed `assert` do: the host learns why and where, as reason and in its log, then the guest traps. */
// @ts-ignore: decorator
@global
export function otelwasmAbort(message: string | null, file: string | null, line: u32, column: u32): void {
  const where = (file === null ? "guest" : file) + ":" + line.toString() + ":" + column.toString();
  const text = (message === null ? "aborted" : message) + " at " + where;
  setStatusReason(text);
  log(LogLevel.Error, text);
  unreachable();
}
