import { ALPHANUMERIC, DASH, DIGIT, EMAIL_SIGN, LETTER, is, skipForward, skipBack, startsWith } from './bytes';
import { found } from './found';

/** An address whose @, or `%40` in URLs, is at `at`. */
export function isEmail(at: usize, start: usize, end: usize): bool {
  const host = load<u8>(at) == 0x40 ? at + 1 : at + 3;
  const first = skipForward(skipBack(at, start, ALPHANUMERIC | DASH | EMAIL_SIGN), at, EMAIL_SIGN);
  if (first == at) return false;
  // Labels. The last one has only letters.
  let last: usize = 0;
  for (let label = host; ; ) {
    const labelEnd = skipForward(label, end, ALPHANUMERIC | DASH);
    if (labelEnd == label) break;
    if (label > host) {
      const letters = skipForward(label, labelEnd, LETTER);
      if (startsWith(label, labelEnd, 'xn--')) last = labelEnd;
      else if (letters - label >= 2 && (letters == labelEnd || !is(letters, DIGIT))) last = letters;
    }
    if (labelEnd >= end || load<u8>(labelEnd) != 0x2e) break;
    label = labelEnd + 1;
  }
  return last != 0 && found(first, last);
}
