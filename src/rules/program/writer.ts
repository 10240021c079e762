/** Appends words and bytes to a program that will be loaded at `base`, and returns their addresses. */
export class ProgramWriter {
  #parts: Uint8Array[] = [];
  #size = 0;
  #known = new Map<string, number>();

  constructor(private readonly base: number) {}

  get size(): number {
    return this.#size;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    const joined = new Uint8Array(this.#size);
    let offset = 0;
    for (const part of this.#parts) {
      joined.set(part, offset);
      offset += part.length;
    }
    return joined;
  }

  /** Appends 32-bit words. Returns the address of the first. */
  words(words: readonly number[]): number {
    const bytes = new Uint8Array(4 * words.length);
    const view = new DataView(bytes.buffer);
    words.forEach((word, index) => view.setUint32(4 * index, word, true));
    return this.#add(bytes);
  }

  /** Appends bytes. Equal bytes are stored once. */
  data(bytes: Uint8Array): number {
    const key = Buffer.from(bytes).toString('latin1');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const padded = new Uint8Array((bytes.length + 3) & ~3);
    padded.set(bytes);
    const address = this.#add(padded);
    this.#known.set(key, address);
    return address;
  }

  /** Replaces the words at an address. */
  patch(address: number, words: readonly number[]): void {
    let offset = this.base;
    for (const part of this.#parts) {
      if (offset === address) {
        const view = new DataView(part.buffer);
        words.forEach((word, index) => view.setUint32(4 * index, word, true));
        return;
      }
      offset += part.length;
    }
  }

  #add(bytes: Uint8Array): number {
    const address = this.base + this.#size;
    this.#parts.push(bytes);
    this.#size += bytes.length;
    return address;
  }
}
