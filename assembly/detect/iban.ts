/** International bank account numbers (ISO 13616). */
import { ALPHANUMERIC, DIGIT, UPPER, is } from './bytes';
import { found } from './found';

/** Each country with the length of its numbers. */
const LENGTHS =
  'AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27' +
  'GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23' +
  'PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30';

/** Finds a number whose first check digit is at `at`. */
export function isIban(at: usize, start: usize, end: usize): bool {
  const first = at - 2;
  if (at - start < 2 || !is(first, UPPER) || !is(at - 1, UPPER)) return false;
  if (first > start && is(first - 1, ALPHANUMERIC)) return false;
  if (at + 1 >= end || !is(at + 1, DIGIT)) return false;
  const length = lengthOf(load<u8>(first), load<u8>(at - 1));
  if (length == 0) return false;
  // The country and the check digits are moved to the end.
  let remainder: u32 = 0;
  let count = 4;
  let next = at + 2;
  while (count < length) {
    if (next < end && load<u8>(next) == 0x20) next++;
    if (next >= end || !is(next, UPPER | DIGIT)) return false;
    remainder = appended(remainder, load<u8>(next++));
    count++;
  }
  if (next < end && is(next, ALPHANUMERIC)) return false;
  for (let i: usize = 0; i < 4; i++) remainder = appended(remainder, load<u8>(first + i));
  return remainder == 1 && found(first, next);
}

/** The remainder modulo 97 after appending a character. A letter counts as two digits, from 10 on. */
function appended(remainder: u32, byte: u32): u32 {
  return byte < 0x40 ? (remainder * 10 + byte - 0x30) % 97 : (remainder * 100 + byte - 0x41 + 10) % 97;
}

function lengthOf(a: u32, b: u32): i32 {
  for (let i = 0; i < LENGTHS.length; i += 4) {
    if (LENGTHS.charCodeAt(i) == a && LENGTHS.charCodeAt(i + 1) == b) {
      return (LENGTHS.charCodeAt(i + 2) - 0x30) * 10 + LENGTHS.charCodeAt(i + 3) - 0x30;
    }
  }
  return 0;
}
