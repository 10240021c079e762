import { Region, fail } from 'otelwasm/assembly';

/** A kind of equal records: the interval that one of them opened, and those that came since and that no record tells of yet. */
@unmanaged
export class Seen {
  hash: u64;
  /** The time of the record that opened the interval. */
  since: u64;
  /** Of those that no record tells of. */
  first: u64;
  last: u64;
  count: u32;
  /** The batch in which the interval began, and the number of that record among those of the batch that stay. */
  batch: u32;
  kept: i32;
}

const SEEN_BYTES: usize = offsetof<Seen>();
const WAYS: i32 = 4;
const SETS: i32 = 2048;
const SET_SHIFT: u64 = 53;

/** Remembers the last 8,192 kinds of records or so: each has four places, of which a new one takes the most useless. */
export class SeenTable {
  private places: Region = new Region();
  /** What the kind told of that `add` put out of its place. */
  lost: u32 = 0;

  /** Forgets all. False, with the call failed, without memory. */
  clear(): bool {
    const size = <usize>(SETS * WAYS) * SEEN_BYTES;
    if (!this.places.reserve(size)) {
      fail('out of memory: no room for ' + size.toString() + ' bytes');
      return false;
    }
    memory.fill(this.places.pointer, 0, size);
    return true;
  }

  private at(hash: u64, way: i32): Seen {
    const index = <i32>(hash >> SET_SHIFT) * WAYS + way;
    return changetype<Seen>(this.places.pointer + <usize>index * SEEN_BYTES);
  }

  find(hash: u64): Seen | null {
    for (let way = 0; way < WAYS; way++) {
      const seen = this.at(hash, way);
      if (seen.hash == hash && seen.batch != 0) return seen;
    }
    return null;
  }

  /** A place for a new kind, in which only the hash is set. */
  add(hash: u64): Seen {
    let worst = this.at(hash, 0);
    for (let way = 1; way < WAYS; way++) {
      const seen = this.at(hash, way);
      if (isWorse(seen, worst)) worst = seen;
    }
    this.lost = worst.count;
    memory.fill(changetype<usize>(worst), 0, SEEN_BYTES);
    worst.hash = hash;
    return worst;
  }
}

/** First goes what has nothing to tell, then what is old. */
function isWorse(a: Seen, b: Seen): bool {
  if ((a.count == 0) != (b.count == 0)) return a.count == 0;
  return a.since < b.since;
}
