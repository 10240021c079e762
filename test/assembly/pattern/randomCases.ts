import type { Random } from '../../fuzz/random';

/** A pattern, a text and a replacement, made at random: patterns that often match texts of the same few characters. */
export interface RandomCase {
  readonly pattern: string;
  readonly text: Uint8Array;
  readonly template: string;
}

const CHARACTERS = ['a', 'b', 'c', 'A', 'B', 'k', 's', '0', '1', '-', '_', ' ', '/', '\n', 'é', 'É', 'ß', 'ſ', 'K', 'Ω', 'ω', '中', '😀'];
const CLASSES = [
  ...['.', '\\d', '\\D', '\\s', '\\S', '\\w', '\\W', '[ab]', '[^a]', '[a-c]', '[^a-c\\n]', '[[:alpha:]]', '[[:^alpha:]b]'],
  ...['\\pL', '\\PL', '\\p{Lu}', '\\p{Greek}', '\\P{^Greek}', '[\\p{Ll}\\d]', '[^\\p{Ll}]', '\\p{Han}', '[k-s]', '[\\x{80}-\\x{10FFFF}]'],
  ...['[^\\w]', '[\\W_]', '[é-ω]', '\\x{FFFD}', '[^\\x00-\\x7f]', '\\Qa.b\\E', '\\x61', '\\141', '[]a]', '[^]a-]'],
];
const ANCHORS = ['^', '$', '\\b', '\\B', '\\A', '\\z', '(?m:^)', '(?m:$)', '(?m)^', '(?m)$'];
const REPEATS = ['*', '+', '?', '*?', '+?', '??', '{2}', '{0,2}', '{1,3}', '{2,}', '{0,1}?', '{3}?', '{0}', '{1}', '{,2}'];
const FLAGS = ['i', 's', 'm', 'U', 'is', 'i-s', 'im', '-i', 'U-m'];
const INVALID = [[0xff], [0x80], [0xc3], [0xe4, 0xb8], [0xf0, 0x9f, 0x98], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf5], [0xf4, 0x90, 0x80, 0x80]];
const TEMPLATES = ['', 'x', '<$0>', '$1', '${1}x', '$1x', '$$', '$', '${n}', '$n-', '${2}${1}', '${', '${}', '$é', '$1é', '$01', '$x$', '[$3]'];

export function randomCase(random: Random): RandomCase {
  return { ...randomPair(random), template: random.pick(TEMPLATES) };
}

/** Half of them are small: few atoms in many loops, where the order of ways through a pattern matters most. */
export function randomPair(random: Random): { pattern: string; text: Uint8Array } {
  return random.below(2) === 0
    ? { pattern: smallPattern(random, 3), text: smallText(random) }
    : { pattern: randomPattern(random, 3), text: randomText(random) };
}

const SMALL_ATOMS = ['a', 'b', '.', '', '^', '$', '\\b', '\\B', '(?m:^)', '(?m:$)', '[^a]', '\\pL'];

export function smallPattern(random: Random, depth: number): string {
  if (depth === 0 || random.below(5) === 0) return random.pick(SMALL_ATOMS);
  const inner = () => smallPattern(random, depth - 1);
  switch (random.below(5)) {
    case 0:
      return `(?:${inner()}|${inner()})`;
    case 1:
      return `(${inner()}|${inner()})`;
    case 2:
      return inner() + inner();
    case 3:
      return `(?:${inner()})${random.pick(REPEATS)}`;
    default:
      return `(${inner()})${random.pick(REPEATS)}`;
  }
}

export function smallText(random: Random): Uint8Array {
  return Buffer.from(Array.from({ length: random.below(7) }, () => random.pick(['a', 'a', 'b', ' ', '\n', 'é'])).join(''));
}

export function randomPattern(random: Random, depth: number): string {
  const count = random.below(4) === 0 ? 2 + random.below(2) : 1;
  return Array.from({ length: count }, () => sequence(random, depth)).join('|');
}

function sequence(random: Random, depth: number): string {
  return Array.from({ length: random.below(5) }, () => item(random, depth)).join('');
}

function item(random: Random, depth: number): string {
  const what = atom(random, depth);
  return random.below(3) === 0 ? what + random.pick(REPEATS) : what;
}

function atom(random: Random, depth: number): string {
  const kind = random.below(20);
  if (depth > 0 && kind < 4) return `(${randomPattern(random, depth - 1)})`;
  if (depth > 0 && kind === 4) return `(?:${randomPattern(random, depth - 1)})`;
  if (depth > 0 && kind === 5) return `(?${random.pick(FLAGS)}:${randomPattern(random, depth - 1)})`;
  if (depth > 0 && kind === 6) return `(?P<n>${randomPattern(random, depth - 1)})`;
  if (kind === 7) return `(?${random.pick(FLAGS)})`;
  if (kind < 10) return random.pick(ANCHORS);
  if (kind < 14) return random.pick(CLASSES);
  return random.pick(CHARACTERS);
}

/** Mostly of the same few characters; some are no UTF-8. */
export function randomText(random: Random): Uint8Array {
  const few = Array.from({ length: 1 + random.below(5) }, () => random.pick(CHARACTERS));
  const invalid = random.below(3) === 0;
  // Now and then so long that a search which takes too many attempts is given up.
  const length = random.below(20) === 0 ? 400 + random.below(400) : random.below(16);
  const parts = Array.from({ length }, () =>
    invalid && random.below(4) === 0 ? Buffer.from(random.pick(INVALID)) : Buffer.from(random.pick(few)),
  );
  return Buffer.concat(parts);
}
