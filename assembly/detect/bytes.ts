/** Kinds of bytes, as bits of a table. */
export const UPPER: u32 = 1;
export const LOWER: u32 = 2;
export const DIGIT: u32 = 4;
/** `-` and `_`, the additional characters of Base64 for URLs. */
export const DASH: u32 = 8;
/** `+`, `/` and `=` of Base64. */
export const BASE64_SIGN: u32 = 16;
/** Characters that an e-mail address may have before its @, besides letters, digits and dashes. */
export const EMAIL_SIGN: u32 = 32;
/** `.` and `~`, which occur in tokens. */
export const TOKEN_SIGN: u32 = 64;

export const LETTER: u32 = UPPER | LOWER;
export const ALPHANUMERIC: u32 = LETTER | DIGIT;
export const BASE64_URL: u32 = ALPHANUMERIC | DASH;

const kinds = new StaticArray<u8>(256);

function mark(characters: string, kind: u32): void {
  for (let i = 0; i < characters.length; i++) kinds[characters.charCodeAt(i)] |= <u8>kind;
}

mark('ABCDEFGHIJKLMNOPQRSTUVWXYZ', UPPER);
mark('abcdefghijklmnopqrstuvwxyz', LOWER);
mark('0123456789', DIGIT);
mark('-_', DASH);
mark('+/=', BASE64_SIGN);
mark(".%+'", EMAIL_SIGN);
mark('.~', TOKEN_SIGN);

/** True when the byte at `at` is one of `kind`. */
@inline export function is(at: usize, kind: u32): bool {
  return (load<u8>(changetype<usize>(kinds) + load<u8>(at)) & kind) != 0;
}

/** The first position from `at` on whose byte is not one of `kind`. */
export function skipForward(at: usize, end: usize, kind: u32): usize {
  while (at < end && is(at, kind)) at++;
  return at;
}

/** The first position of the run of `kind` that ends before `at`. */
export function skipBack(at: usize, start: usize, kind: u32): usize {
  while (at > start && is(at - 1, kind)) at--;
  return at;
}

/** True when `word`, which is ASCII, ends before `at`. */
export function endsWith(at: usize, start: usize, word: string): bool {
  const size = <usize>word.length;
  return at - start >= size && startsWith(at - size, at, word);
}

/** True when `word`, which is ASCII, begins at `at`. */
export function startsWith(at: usize, end: usize, word: string): bool {
  const size = <usize>word.length;
  if (end - at < size) return false;
  for (let i: usize = 0; i < size; i++) {
    if (load<u8>(at + i) != load<u16>(changetype<usize>(word) + (i << 1))) return false;
  }
  return true;
}

/** `endsWith` without regard to case. `word` is in lower case. */
export function endsWithIgnoringCase(at: usize, start: usize, word: string): bool {
  const size = <usize>word.length;
  if (at - start < size) return false;
  for (let i: usize = 0; i < size; i++) {
    const byte: u32 = load<u8>(at - size + i);
    const wanted: u32 = load<u16>(changetype<usize>(word) + (i << 1));
    if (byte != wanted && (byte | 0x20) != wanted) return false;
  }
  return true;
}
