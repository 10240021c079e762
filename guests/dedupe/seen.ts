import { Region, fail } from 'otelwasm/assembly';

/** A kind of equal records: the interval that one of them opened, and later ones that are not counted yet. */
@unmanaged
export class Seen {
  hash: u64;
  /** The time of the record that opened the interval. */
  since: u64;
  /** Of the uncounted records. */
  first: u64;
  last: u64;
  count: u32;
  /** The batch in which the interval began, and the index of that record among the kept ones of the batch. */
  batch: u32;
  kept: i32;
}

const SEEN_BYTES: usize = offsetof<Seen>();
const WAYS: i32 = 4;
const SETS: i32 = 2048;
const SET_SHIFT: u64 = 53;

/**
 * Remembers about the last 8,192 kinds of records. Each has four possible places; a new kind replaces the least
 * useful one.
 */
export class SeenTable {
  private places: Region = new Region();
  /** The uncounted records of the kind that `add` replaced. */
  lost: u32 = 0;

  /** Forgets everything. False, with the call failed, when memory cannot grow. */
  clear(): bool {
    const size = <usize>(SETS * WAYS) * SEEN_BYTES;
    if (!this.places.reserve(size)) {
      fail('out of memory: cannot allocate ' + size.toString() + ' bytes');
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

  /** A place for a new kind. Only its hash is set. */
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

/** Kinds without uncounted records are replaced first, then old ones. */
function isWorse(a: Seen, b: Seen): bool {
  if ((a.count == 0) != (b.count == 0)) return a.count == 0;
  return a.since < b.since;
}
