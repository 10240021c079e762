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
