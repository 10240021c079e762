/** Unicode data of RE2: categories, scripts, and case folding. */
import { ANY_RUNE, complement, contains, type RuneSet, runeSet } from './runeSet';
import { ALIASES, CATEGORIES, FOLDS, SCRIPTS } from './tables';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_';

/** The numbers of a table in base 32, lowest digit first. All digits but the last have 32 added. */
function unpack(text: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let weight = 1;
  for (const character of text) {
    const digit = DIGITS.indexOf(character);
    value += (digit & 31) * weight;
    weight *= 32;
    if (digit >= 32) continue;
    numbers.push(value);
    value = 0;
    weight = 1;
  }
  return numbers;
}

function unpackRanges(text: string): RuneSet {
  const numbers = unpack(text);
  let end = 0;
  for (let i = 0; i < numbers.length; i += 2) {
    numbers[i] += end;
    numbers[i + 1] += numbers[i];
    end = numbers[i + 1] + 1;
  }
  return numbers;
}

/** Names are matched without regard to case, spaces, hyphens and underscores. */
const canonical = (name: string) => name.replace(/[ _-]/g, '').toLowerCase();

let tables: Map<string, () => RuneSet> | undefined;

function tableOf(key: string): (() => RuneSet) | undefined {
  if (tables === undefined) {
    const made = new Map<string, () => RuneSet>();
    const sum = (texts: string[]) => () => runeSet(texts.flatMap(text => [...unpackRanges(text)]));
    const categories = Object.entries(CATEGORIES);
    for (const [category, text] of categories) made.set(canonical(category), sum([text]));
    for (const letter of 'CLMNPSZ') {
      made.set(
        letter.toLowerCase(),
        sum(categories.filter(([category]) => category[0] === letter).map(each => each[1])),
      );
    }
    made.set('lc', sum(['Lu', 'Ll', 'Lt'].map(category => CATEGORIES[category])));
    made.set('assigned', sum(categories.map(each => each[1])));
    made.set('cn', () => complement(made.get('assigned')!()));
    // Unassigned code points belong to "other" as well.
    const other = made.get('c')!;
    made.set('c', () => runeSet([...other(), ...made.get('cn')!()]));
    made.set('any', () => ANY_RUNE);
    made.set('ascii', () => [0, 0x7f]);
    for (const [script, text] of Object.entries(SCRIPTS)) made.set(canonical(script), sum([text]));
    for (const [alias, category] of Object.entries(ALIASES)) {
      if (!made.has(canonical(alias))) made.set(canonical(alias), made.get(canonical(category))!);
    }
    tables = made;
  }
  return tables.get(key);
}

/** The code points of a category or script, by name or alias; undefined for an unknown name. */
export function unicodeClass(name: string): RuneSet | undefined {
  const key = canonical(name);
  const known = unpacked.get(key);
  if (known !== undefined) return known;
  const set = tableOf(key)?.();
  if (set !== undefined) unpacked.set(key, set);
  return set;
}

const unpacked = new Map<string, RuneSet>();

let orbits: Map<number, number> | undefined;

/** For each code point that folds, the next one of its orbit. */
function nextFolds(): Map<number, number> {
  if (orbits !== undefined) return orbits;
  orbits = new Map();
  const numbers = unpack(FOLDS);
  let end = 0;
  for (let i = 0; i < numbers.length; i += 4) {
    const distance = numbers[i + 3] & 1 ? -(numbers[i + 3] + 1) / 2 : numbers[i + 3] / 2;
    const start = end + numbers[i];
    const count = numbers[i + 2] + 1;
    // Pairs of neighbours, in both directions.
    const pairs = numbers[i + 1] === 3;
    const step = pairs ? 2 : numbers[i + 1];
    for (let n = 0, rune = start; n < count; n++, rune += step) {
      orbits.set(rune, rune + distance);
      if (pairs) orbits.set(rune + 1, rune + 1 - distance);
    }
    end = pairs ? start + 2 * count : start + (count - 1) * step + 1;
  }
  return orbits;
}

/** Adds every code point that differs only in case from one in the set. */
export function foldCase(set: RuneSet): RuneSet {
  const next = nextFolds();
  const ranges = [...set];
  const add = (rune: number) => {
    for (let other = next.get(rune)!; other !== rune; other = next.get(other)!) ranges.push(other, other);
  };
  let size = 0;
  for (let i = 0; i < set.length; i += 2) size += set[i + 1] - set[i] + 1;
  if (size < next.size) {
    for (let i = 0; i < set.length; i += 2) {
      for (let rune = set[i]; rune <= set[i + 1]; rune++) if (next.has(rune)) add(rune);
    }
  } else {
    for (const rune of next.keys()) if (contains(set, rune)) add(rune);
  }
  return runeSet(ranges);
}
