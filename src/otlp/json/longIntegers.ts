/**
 * Integers beyond 2^53, which `JSON.parse` would round. Before parsing they become text that begins with NUL, so that
 * they can be recognized. Many files have 64-bit fields as numbers: `"timeUnixNano": 1544712660300000000`.
 */
const LONG_INTEGER = /"(?:[^"\\]|\\.)*"|(?<![\w.+-])-?\d{16,}(?![\w.+-])/g;
const MARK = '\0';
const MARKED = /^\0-?\d{16,}$/;

/** The text with marked long integers. Lines and columns before a long integer stay the same. */
export function markLongIntegers(text: string): string {
  if (!/\d{16}/.test(text)) return text;
  return text.replace(LONG_INTEGER, token =>
    token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"\\u0000${token}"`,
  );
}

/** The first integer in a text that `JSON.parse` would round; undefined if there is none. */
export function findLongInteger(
  text: string,
): { readonly token: string; readonly offset: number } | undefined {
  for (const { 0: token, index } of text.matchAll(LONG_INTEGER))
    if (!token.startsWith('"') && !Number.isSafeInteger(Number(token))) return { token, offset: index };
  return undefined;
}

/** The decimal text of a marked integer; undefined for any other value. */
export function longInteger(value: unknown): string | undefined {
  return typeof value === 'string' && value.startsWith(MARK) && MARKED.test(value)
    ? value.slice(1)
    : undefined;
}
