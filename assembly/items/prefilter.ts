import { Item } from './item';
import { Text, sameBytes } from '../text';

/** Texts that one pass over an item's bytes searches for. */
const PASS_TEXTS: i32 = 4;
/** Reading the attributes is cheaper than more passes. */
const MAX_PASSES: i32 = 2;

/** Once this many more items contained a text than did not, the next ones are not searched. */
const PATIENCE: i32 = 64;
const PAUSE_ITEMS: i32 = 1024;

/**
 * Quickly excludes most items that contain none of some texts. It searches all bytes of an item, 16 at a time, in any
 * field. That costs less than half as much as reading the attributes:
 *
 * ```ts
 * const prefilter = new Prefilter();
 * prefilter.add(Text.of("/healthz"));               // once
 *
 * if (!prefilter.mayContain(span)) return true;             // per span: no name, key or value contains "/healthz"
 * ```
 */
export class Prefilter {
  private passes: StaticArray<Pass> = [];
  private anyItem: bool = !ASC_FEATURE_SIMD;
  private patience: i32 = PATIENCE;
  private pause: i32 = 0;

  /**
   * Adds a text of at least two bytes. With more than eight texts, or a shorter one, `mayContain` is true for every
   * item.
   */
  add(text: Text): void {
    const passes = this.passes;
    const last = passes.length - 1;
    if (text.size < 2) this.anyItem = true;
    else if (last >= 0 && passes[last].hasRoom) passes[last].add(text);
    else if (passes.length < MAX_PASSES) this.passes = passes.concat<StaticArray<Pass>>([new Pass(text)]);
    else this.anyItem = true;
  }

  /**
   * False when the item contains none of the texts. True when it does, or may: check its fields. Call this once per
   * item, before anything else of the item is read.
   */
  mayContain(item: Item): bool {
    // Used parts may have changes that are not among the item's bytes yet.
    return item.touched || this.mayBeIn(item.message.start, item.message.end);
  }

  /** `mayContain` for the bytes of an item. */
  mayBeIn(start: usize, end: usize): bool {
    if (this.anyItem) return true;
    if (this.pause > 0) {
      this.pause--;
      return true;
    }
    const found = this.search(start, end);
    this.patience = found ? this.patience - 1 : min(PATIENCE, this.patience + 1);
    if (this.patience == 0) {
      this.patience = PATIENCE;
      this.pause = PAUSE_ITEMS;
    }
    return found;
  }

  private search(start: usize, end: usize): bool {
    // Without SIMD, `mayContain` does not need this, and it does not compile.
    if (ASC_FEATURE_SIMD) {
      const passes = this.passes;
      for (let i = 0; i < passes.length; i++) {
        if (unchecked(passes[i]).search(start, end)) return true;
      }
    }
    return false;
  }
}

/** Positions that are compared together. */
const STEP: usize = 64;
const LANES: usize = 16;

/** Searches for two bytes of each text, its rarest neighbours, and compares the text where it finds them. */
class Pass {
  private count: i32 = 0;
  private texts: StaticArray<Text> = new StaticArray<Text>(PASS_TEXTS);
  private pairs: StaticArray<u16> = new StaticArray<u16>(PASS_TEXTS);
  /** The offset of each pair in its text. */
  private offsets: StaticArray<usize> = new StaticArray<usize>(PASS_TEXTS);

  constructor(text: Text) {
    this.add(text);
  }

  get hasRoom(): bool {
    return this.count < PASS_TEXTS;
  }

  add(text: Text): void {
    const count = this.count;
    const offset = rarestPair(text);
    // Fills the unused entries, so that each lane is compared with something.
    for (let i = count; i < PASS_TEXTS; i++) {
      this.texts[i] = text;
      this.pairs[i] = load<u16>(text.pointer + offset);
      this.offsets[i] = offset;
    }
    this.count = count + 1;
  }

  search(start: usize, end: usize): bool {
    // All positions of a short item at once.
    if (end - start <= STEP) return start < end && this.isAt(start, ((<u64>1) << (end - start - 1)) - 1, start, end);
    return this.count == 1 ? this.searchLong(start, end, false) : this.searchLong(start, end, true);
  }

  /** Inlined twice with a different constant: searching for one text takes half the time of four. */
  @inline private searchLong(start: usize, end: usize, several: bool): bool {
    const a = i16x8.splat(unchecked(this.pairs[0]));
    const b = i16x8.splat(unchecked(this.pairs[1]));
    const c = i16x8.splat(unchecked(this.pairs[2]));
    const d = i16x8.splat(unchecked(this.pairs[3]));
    // A pair begins before the last byte. The last step overlaps the one before.
    const last = end - 1 - STEP;
    let at = start;
    do {
      // Pairs at even positions, and at odd ones, from here on.
      const even0 = pairsAt(at, a, b, c, d, several);
      const even1 = pairsAt(at + LANES, a, b, c, d, several);
      const even2 = pairsAt(at + 2 * LANES, a, b, c, d, several);
      const even3 = pairsAt(at + 3 * LANES, a, b, c, d, several);
      const odd0 = pairsAt(at + 1, a, b, c, d, several);
      const odd1 = pairsAt(at + LANES + 1, a, b, c, d, several);
      const odd2 = pairsAt(at + 2 * LANES + 1, a, b, c, d, several);
      const odd3 = pairsAt(at + 3 * LANES + 1, a, b, c, d, several);
      const even = v128.or(v128.or(even0, even1), v128.or(even2, even3));
      const odd = v128.or(v128.or(odd0, odd1), v128.or(odd2, odd3));
      if (v128.any_true(v128.or(even, odd))) {
        const low = placesOf(even0, odd0) | (placesOf(even1, odd1) << 16);
        const high = placesOf(even2, odd2) | (placesOf(even3, odd3) << 16);
        if (this.isAt(at, low | (high << 32), start, end)) return true;
      }
      at = at == last ? end : min(at + STEP, last);
    } while (at < end);
    return false;
  }

  /** True when a text surrounds its pair at one of `places`, a bit for each byte from `at` on. */
  private isAt(at: usize, places: u64, start: usize, end: usize): bool {
    for (; places != 0; places &= places - 1) {
      const place = at + <usize>ctz(places);
      const pair = load<u16>(place);
      for (let i = 0; i < this.count; i++) {
        if (pair != unchecked(this.pairs[i])) continue;
        const text = unchecked(this.texts[i]);
        const offset = unchecked(this.offsets[i]);
        if (place - start < offset || end - place < text.size - offset) continue;
        if (sameBytes(place - offset, text.pointer, text.size)) return true;
      }
    }
    return false;
  }
}

/** Which of the eight pairs from `at` on match. */
@inline function pairsAt(at: usize, a: v128, b: v128, c: v128, d: v128, several: bool): v128 {
  const bytes = v128.load(at);
  const first = i16x8.eq(bytes, a);
  if (!several) return first;
  return v128.or(v128.or(first, i16x8.eq(bytes, b)), v128.or(i16x8.eq(bytes, c), i16x8.eq(bytes, d)));
}

/** A bit for each of 16 positions with a pair. */
@inline function placesOf(even: v128, odd: v128): u64 {
  return <u64>((i8x16.bitmask(even) & 0x5555) | (i8x16.bitmask(odd) & 0xaaaa));
}

/** The most common bytes of telemetry, in ascending order. All others are rarer. */
const COMMON = 'zqjkwxyvbf_ghmucdlprsnioat: -9876543210./e';

/** The offset of the two rarest neighbours in the text. */
function rarestPair(text: Text): usize {
  let rarest: usize = 0;
  let least = i32.MAX_VALUE;
  for (let i: usize = 0; i + 1 < text.size; i++) {
    const first = COMMON.indexOf(String.fromCharCode(load<u8>(text.pointer + i)));
    const common = first + COMMON.indexOf(String.fromCharCode(load<u8>(text.pointer + i, 1)));
    if (common >= least) continue;
    least = common;
    rarest = i;
  }
  return rarest;
}
