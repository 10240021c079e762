import { Val } from './val';

/** AssemblyScript cannot catch: a function that fails says why here and returns null, and so does all that called it. */
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
