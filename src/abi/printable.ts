import { messageOf } from './errors';

const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/**
 * Text of a guest's as one line that a log may hold: what ends a line, steers a terminal or turns the reading direction
 * is written as an escape, or a guest could forge lines of others.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, character => {
    if (character === '\t') return character;
    if (character === '\n') return '\\n';
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** What an engine threw about a guest, for `cause`: its message and stack can hold names that the guest chose. */
export function printableError(thrown: unknown): Error {
  const error = new Error(printable(messageOf(thrown)));
  if (!(thrown instanceof Error)) return error;
  error.name = printable(thrown.name);
  error.stack = thrown.stack?.split('\n').map(printable).join('\n');
  return error;
}
