import { Val } from './val';

/** The reason of the last error. AssemblyScript cannot catch, so a failing function and its callers return null. */
let reason: string = '';

export function error(why: string): Val | null {
  reason = why;
  return null;
}

export function failedWith(why: string): bool {
  reason = why;
  return false;
}

export function lastError(): string {
  return reason;
}
