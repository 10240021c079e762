import { OtelWasmError } from '../abi';

/** A command cannot do what it was asked to; the message is for the user, in one line. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** The one line that says what went wrong. */
export function lineOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const code = error instanceof OtelWasmError ? ` (${error.code})` : '';
  // Lists of problems come one a line.
  const line = text
    .replace(/:\n\s*- /, ': ')
    .replace(/\n\s*- /g, '; ')
    .replace(/\s*\n\s*/g, ' ');
  return `error: ${line}${code}`;
}
