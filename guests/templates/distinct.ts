import { Text } from 'otelwasm/assembly';

const FEWEST_PLACES: i32 = 16;

/** Counts distinct texts up to a limit. It keeps a hash of each, and no text. */
export class Distinct {
  /** The size is a power of two. It grows once half of the places are used. */
  private places: StaticArray<u64> = new StaticArray<u64>(FEWEST_PLACES);
  private count: u32 = 0;

  constructor(private limit: u32) {}

  /** True for a text that was admitted before. */
  knows(text: Text): bool {
    return this.count != 0 && this.find(text, false);
  }

  /** True for one of the first `limit` texts. */
  admits(text: Text): bool {
    return this.find(text, true);
  }

  private find(text: Text, mayAdd: bool): bool {
    // 0 marks a free place.
    const hash = max<u64>(text.hash, 1);
    const at = this.placeOf(hash);
    if (unchecked(this.places[at]) == hash) return true;
    if (!mayAdd || this.count == this.limit) return false;
    unchecked((this.places[at] = hash));
    if (++this.count > (<u32>this.places.length) >> 1) this.grow();
    return true;
  }

  /** The place of the hash, or where it would go. At most half of the places are used, so a free one is near. */
  private placeOf(hash: u64): u32 {
    const places = this.places;
    const mask = <u32>places.length - 1;
    let at = (<u32>((hash * 0x9e3779b97f4a7c15) >> 32)) & mask;
    for (let found = unchecked(places[at]); found != hash && found != 0; found = unchecked(places[at]))
      at = (at + 1) & mask;
    return at;
  }

  private grow(): void {
    const before = this.places;
    this.places = new StaticArray<u64>(before.length << 1);
    for (let i = 0; i < before.length; i++) {
      const hash = unchecked(before[i]);
      if (hash != 0) unchecked((this.places[this.placeOf(hash)] = hash));
    }
  }
}
