import { messageOf } from './errors';

const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/**
 * Text from a guest as one safe log line. Line breaks, terminal control codes and characters that change the reading
 * direction become escapes. Otherwise a guest could forge log lines.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, character => {
    if (character === '\t') return character;
    if (character === '\n') return '\\n';
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/**
 * An error that the engine threw about a guest, safe to use as `cause`: its message and stack can contain names that
 * the guest chose.
 */
export function printableError(thrown: unknown): Error {
  const error = new Error(printable(messageOf(thrown)));
  if (!(thrown instanceof Error)) return error;
  error.name = printable(thrown.name);
  error.stack = thrown.stack?.split('\n').map(printable).join('\n');
  return error;
}
