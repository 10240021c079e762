import { ALPHANUMERIC, DASH, DIGIT, EMAIL_SIGN, LETTER, is, skipForward, skipBack, startsWith } from './bytes';
import { found } from './found';

/** An address whose @ is at `at`. */
export function isEmail(at: usize, start: usize, end: usize): bool {
  const first = skipForward(skipBack(at, start, ALPHANUMERIC | DASH | EMAIL_SIGN), at, EMAIL_SIGN);
  if (first == at) return false;
  // Labels, of which the last is letters alone.
  let last: usize = 0;
  for (let label = at + 1; ; ) {
    const labelEnd = skipForward(label, end, ALPHANUMERIC | DASH);
    if (labelEnd == label) break;
    if (label > at + 1) {
      const letters = skipForward(label, labelEnd, LETTER);
      if (startsWith(label, labelEnd, 'xn--')) last = labelEnd;
      else if (letters - label >= 2 && (letters == labelEnd || !is(letters, DIGIT))) last = letters;
    }
    if (labelEnd >= end || load<u8>(labelEnd) != 0x2e) break;
    label = labelEnd + 1;
  }
  return last != 0 && found(first, last);
}
