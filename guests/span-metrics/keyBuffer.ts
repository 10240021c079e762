import { Region } from 'otelwasm/assembly';

const LENGTH_BYTES: usize = 4;
/** Space after the last byte, because hashing reads words. */
const WORD: usize = 8;
const NOTHING: u32 = u32.MAX_VALUE;
const PRIME: u64 = 0x9e3779b97f4a7c15;

/** Consecutive parts, each after its length, and a hash of all. */
export class KeyBuffer {
  private bytes: Region = new Region();
  size: usize = 0;
  hash: u64 = 0;

  get pointer(): usize {
    return this.bytes.pointer;
  }

  clear(): void {
    this.size = 0;
  }

  put(source: usize, size: usize): void {
    this.putLength(<u32>size, size);
    memory.copy(this.bytes.pointer + this.size, source, size);
    this.size += size;
  }

  /** Differs from an empty part. */
  putNothing(): void {
    this.putLength(NOTHING, 0);
  }

  putNumber(a: i32, b: i32): void {
    this.putLength(<u32>a, 0);
    this.putLength(<u32>b, 0);
  }

  private putLength(length: u32, size: usize): void {
    const bytes = this.bytes;
    bytes.length = this.size;
    if (!bytes.reserve(this.size + LENGTH_BYTES + size + WORD)) unreachable();
    store<u32>(bytes.pointer + this.size, length);
    this.size += LENGTH_BYTES;
  }

  /** Computes the hash. */
  end(): void {
    const end = this.bytes.pointer + this.size;
    store<u64>(end, 0);
    let hash: u64 = this.size;
    for (let at = this.bytes.pointer; at < end; at += WORD) {
      hash = rotl((hash ^ load<u64>(at)) * PRIME, 29);
    }
    this.hash = hash;
  }

  is(other: StaticArray<u8>): bool {
    return (
      <usize>other.length == this.size &&
      memory.compare(changetype<usize>(other), this.bytes.pointer, this.size) == 0
    );
  }
}
