import { Text } from './text';

const STAR: u8 = 0x2a;
const QUESTION: u8 = 0x3f;

/**
 * A text pattern: `*` matches any characters (including none, `/` and `.`), `?` matches one character; the rest is
 * literal. The whole text must match. With `ignoreCase`, ASCII letters match in either case.
 */
export class Glob {
  private pattern: Text;

  constructor(
    pattern: string,
    private ignoreCase: bool = false,
  ) {
    this.pattern = Text.of(pattern);
  }

  /** The longest text that all matches contain; empty when there is none, or when case is ignored. */
  get literal(): Text {
    const pattern = this.pattern;
    let longest = pattern.part(pattern.pointer, 0);
    if (this.ignoreCase) return longest;
    const end = pattern.pointer + pattern.size;
    for (let from = pattern.pointer, at = from; from <= end; from = ++at) {
      while (at < end && load<u8>(at) != STAR && load<u8>(at) != QUESTION) at++;
      if (at - from > longest.size) longest = pattern.part(from, at - from);
    }
    return longest;
  }

  matches(text: Text): bool {
    const pattern = this.pattern;
    const end = text.pointer + text.size;
    const patternEnd = pattern.pointer + pattern.size;
    return match(text.pointer, end, pattern.pointer, patternEnd, this.ignoreCase);
  }
}

function same(a: u32, b: u32, ignoreCase: bool): bool {
  return a == b || (ignoreCase && (a ^ b) == 0x20 && (a | 0x20) - 0x61 < 26);
}

// Only the last star backtracks, so the cost is at most text times pattern.
function match(at: usize, end: usize, pattern: usize, patternEnd: usize, ignoreCase: bool): bool {
  let starPattern: usize = 0;
  let starAt: usize = 0;
  while (at < end) {
    if (pattern < patternEnd && load<u8>(pattern) == STAR) {
      starPattern = ++pattern;
      starAt = at;
      if (pattern == patternEnd) return true;
    } else if (pattern < patternEnd && load<u8>(pattern) == QUESTION) {
      pattern++;
      at = nextCharacter(at, end);
    } else if (pattern < patternEnd && same(load<u8>(pattern), load<u8>(at), ignoreCase)) {
      pattern++;
      at++;
    } else if (starPattern != 0) {
      pattern = starPattern;
      at = starAt = nextCharacter(starAt, end);
    } else {
      return false;
    }
  }
  while (pattern < patternEnd && load<u8>(pattern) == STAR) pattern++;
  return pattern == patternEnd;
}

/** The address after the UTF-8 character at `at`. */
function nextCharacter(at: usize, end: usize): usize {
  do at++;
  while (at < end && (load<u8>(at) & 0xc0) == 0x80);
  return at;
}
