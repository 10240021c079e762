/** A part of a text that is short enough for a message. */
export function shorten(text: string): string {
  return text.length > 120 ? text.substring(0, 117) + '...' : text;
}
