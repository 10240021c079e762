/** Random numbers that are the same for the same seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 up to, and not including, `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)];
  }
}

/** Bytes that mean much in varints, tags and lengths. */
const TELLING = [0, 1, 2, 0x0a, 0x12, 0x40, 0x7f, 0x80, 0xfc, 0xfe, 0xff];

/** `bytes` with a few changes: bytes replaced, taken out, put in, repeated, exchanged with a part of `other`, cut off. */
export function mutated(random: Random, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  let changed = Buffer.from(bytes);
  for (let edits = 1 + random.below(4); edits > 0; edits--) {
    const at = random.below(changed.length + 1);
    const to = Math.min(changed.length, at + random.below(16));
    const byte = random.below(2) === 0 ? random.pick(TELLING) : random.below(256);
    const [before, part, after] = [changed.subarray(0, at), changed.subarray(at, to), changed.subarray(to)];
    switch (random.below(7)) {
      case 0:
      case 1:
        if (at < changed.length) changed[at] = byte;
        break;
      case 2:
        changed = Buffer.concat([before, after]);
        break;
      case 3:
        changed = Buffer.concat([before, Uint8Array.of(byte), changed.subarray(at)]);
        break;
      case 4:
        changed = Buffer.concat([before, part, part, part, after]);
        break;
      case 5: {
        const start = random.below(other.length + 1);
        changed = Buffer.concat([before, other.subarray(start, start + random.below(64)), after]);
        break;
      }
      case 6:
        if (random.below(4) === 0) changed = Buffer.from(before);
    }
  }
  return Uint8Array.from(changed);
}
