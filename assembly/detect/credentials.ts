/** Credentials after the names of authentication schemes, and tokens that have a recognizable form. */
import { ALPHANUMERIC, BASE64_SIGN, BASE64_URL, DIGIT, LOWER, TOKEN_SIGN, UPPER, endsWithIgnoringCase, is, skipForward, startsWith } from './bytes';
import { found } from './found';

const SPACE: u8 = 0x20;

/** The token after `Bearer` and the space at `at`. */
export function isBearer(at: usize, start: usize, end: usize): bool {
  if (!endsScheme(at, start, 'bearer')) return false;
  const first = afterSpaces(at, end);
  const last = skipForward(first, end, BASE64_URL | BASE64_SIGN | TOKEN_SIGN);
  // Excludes the next word of a sentence.
  return last - first >= 8 && (last - first >= 24 || !isWord(first, last)) && found(first, last);
}

function isWord(first: usize, last: usize): bool {
  // It may be the end of a sentence.
  while (last > first && is(last - 1, TOKEN_SIGN)) last--;
  return skipForward(skipForward(first, first + 1, UPPER), last, LOWER) == last || skipForward(first, last, UPPER) == last;
}

/** A Base64-encoded name and password after `Basic` and the space at `at`. */
export function isBasic(at: usize, start: usize, end: usize): bool {
  if (!endsScheme(at, start, 'basic')) return false;
  const first = afterSpaces(at, end);
  const last = skipForward(first, end, ALPHANUMERIC | BASE64_SIGN);
  let bits: u32 = 0;
  let count = 0;
  for (let next = first; next < last; next++) {
    const byte: u32 = load<u8>(next);
    if (byte == 0x3d) break;
    bits = (bits << 6) | sextet(byte);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    const decoded = (bits >> count) & 0xff;
    if (decoded == 0x3a) return last - first >= 4 && found(first, last);
    if (decoded < 0x20) return false;
  }
  return false;
}

function sextet(byte: u32): u32 {
  if (byte >= 0x61) return byte - 0x61 + 26;
  if (byte >= 0x41) return byte - 0x41;
  if (byte >= 0x30) return byte - 0x30 + 52;
  return byte == 0x2b ? 62 : 63;
}

function endsScheme(at: usize, start: usize, name: string): bool {
  if (load<u8>(at) != SPACE || !endsWithIgnoringCase(at, start, name)) return false;
  const first = at - name.length;
  return first == start || !is(first - 1, ALPHANUMERIC);
}

function afterSpaces(at: usize, end: usize): usize {
  while (at < end && load<u8>(at) == SPACE) at++;
  return at;
}

// The end of the last run that was not a token: no token begins inside it.
let noJwtBefore: usize = 0;

/** Must be called before each text. */
export function forgetJwt(): void {
  noJwtBefore = 0;
}

/** A JSON Web Token. The J of its `eyJ`, which encodes `{"`, is at `at`. */
export function isJwt(at: usize, start: usize, end: usize): bool {
  const first = at - 2;
  if (at - start < 2 || load<u16>(first) != 0x7965) return false;
  if (at < noJwtBefore || (first > start && is(first - 1, ALPHANUMERIC))) return false;
  const header = skipForward(at, end, BASE64_URL);
  let last = header < end ? skipForward(header + 1, end, BASE64_URL) : end;
  if (last >= end || load<u8>(header) != 0x2e || load<u8>(last) != 0x2e || last - header < 3) {
    noJwtBefore = header;
    return false;
  }
  if (header - first < 10) return false;
  // A signature, which may be missing. Encrypted tokens have two more parts.
  for (let parts = 0; parts < 3 && last < end && load<u8>(last) == 0x2e; parts++) last = skipForward(last + 1, end, BASE64_URL);
  return found(first, last);
}

/** A PEM block that begins with five dashes at `at`, up to its end, or to the end of the text if it is truncated. */
export function isPrivateKey(at: usize, start: usize, end: usize): bool {
  if (!startsWith(at, end, '-----BEGIN ')) return false;
  let label = at + 11;
  while (label < end && (is(label, UPPER | DIGIT) || load<u8>(label) == SPACE)) label++;
  if (!endsWithIgnoringCase(label, at, 'private key') && !endsWithIgnoringCase(label, at, 'private key block')) return false;
  if (!startsWith(label, end, '-----')) return false;
  for (let next = label + 5; next < end; next++) {
    if (load<u8>(next) != 0x2d || !startsWith(next, end, '-----END ')) continue;
    let last = next + 9;
    while (last < end && load<u8>(last) != 0x2d) last++;
    for (let dashes = 0; dashes < 5 && last < end && load<u8>(last) == 0x2d; dashes++) last++;
    return found(at, last);
  }
  return found(at, end);
}

