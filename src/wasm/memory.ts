import { types } from 'node:util';
import { OtelWasmError } from '../abi';

const EMPTY = new Uint8Array(0);

/**
 * A guest's linear memory, accessed with pointers that the guest chose. Pointers and sizes arrive as signed i32 and
 * are read as unsigned. Any guest call may grow the memory, which detaches every view of it. A view of length 0 is
 * therefore replaced: that costs less than asking the memory for its buffer each time. A range outside the memory
 * throws `GUEST_TRAP`: the fault is the guest's (docs/abi.md).
 */
export class LinearMemory {
  #memory: { readonly buffer: ArrayBuffer } | undefined;
  #bytes = EMPTY;
  #view = new DataView(EMPTY.buffer);

  /** Called once, after instantiation: host functions are created before the memory exists. Throws `ABI_MISMATCH`. */
  attach(memory: { readonly buffer: ArrayBuffer }): void {
    // Growing does not detach shared memory. `readModule` refuses it already; compiled modules are checked here.
    if (types.isSharedArrayBuffer(memory.buffer))
      throw new OtelWasmError('ABI_MISMATCH', 'the memory is shared, which this host does not support');
    this.#memory = memory;
    this.#bytes = EMPTY;
  }

  /** Size of linear memory in bytes; 0 before it is attached. */
  get byteLength(): number {
    return this.bytes.length;
  }

  /** All of linear memory. Valid until the next call into the guest. */
  get bytes(): Uint8Array {
    this.#refresh();
    return this.#bytes;
  }

  /** A view of linear memory for numbers, little-endian by WebAssembly's rules. Valid until the next guest call. */
  get view(): DataView {
    this.#refresh();
    return this.#view;
  }

  /** The bytes at `[pointer, pointer + size)`, as a view that is valid until the next guest call. */
  range(pointer: number, size: number, what: string): Uint8Array {
    const start = pointer >>> 0;
    const end = start + (size >>> 0);
    const memory = this.#checked(start, end, what);
    return size === 0 ? EMPTY : memory.subarray(start, end);
  }

  /** Writes `bytes` at `pointer`. */
  write(pointer: number, bytes: Uint8Array, what: string): void {
    const start = pointer >>> 0;
    this.#checked(start, start + bytes.length, what).set(bytes, start);
  }

  /** All of linear memory, if `[start, end)` is within it. */
  #checked(start: number, end: number, what: string): Uint8Array {
    const memory = this.bytes;
    if (end <= memory.length) return memory;
    throw new OtelWasmError(
      'GUEST_TRAP',
      `${what}: pointer ${start} with size ${end - start} is outside the guest's memory of ${memory.length} bytes`,
    );
  }

  #refresh(): void {
    if (this.#bytes.length > 0 || this.#memory === undefined) return;
    const { buffer } = this.#memory;
    this.#bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
  }
}
