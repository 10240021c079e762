import { Text } from 'otelwasm/assembly';

/** Counts distinct texts up to a limit. It keeps a number for each, and no text. */
export class Distinct {
  private places: StaticArray<u64> = [];
  private count: u32 = 0;

  constructor(private limit: u32) {}

  /** True for a text that was admitted before. */
  knows(text: Text): bool {
    return this.count != 0 && this.find(text, false);
  }

  /** False for a text that was not among the first `limit` ones. */
  admits(text: Text): bool {
    return this.find(text, true);
  }

  private find(text: Text, mayAdd: bool): bool {
    // 0 says that a place is free.
    const hash = max<u64>(text.hash, 1);
    if (this.places.length == 0) this.places = new StaticArray<u64>(1 << (33 - clz<u32>(this.limit)));
    const places = this.places;
    const mask = <u32>places.length - 1;
    // At most half of the places are taken, so a free one is near.
    for (let at = (<u32>((hash * 0x9e3779b97f4a7c15) >> 32)) & mask; ; at = (at + 1) & mask) {
      const found = unchecked(places[at]);
      if (found == hash) return true;
      if (found != 0) continue;
      if (!mayAdd || this.count == this.limit) return false;
      unchecked((places[at] = hash));
      this.count++;
      return true;
    }
  }
}
