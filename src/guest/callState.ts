import { OtelWasmError, owned, type OwnedBytes, type Signal } from '../abi';
import { BufferPool } from './bufferPool';
import type { ConsumeOutcome } from './consumeOutcome';

/** More than any OTLP receiver accepts at once. Also the limit of what a receiver guest may have in flight. */
export const MAX_RESULT_BYTES = 64 * 2 ** 20;

/** The result when everything was dropped. It allocates nothing. */
const NOTHING = owned(new Uint8Array(0));
const DROPPED: ConsumeOutcome = { status: 'changed', ...NOTHING };
const UNCHANGED: ConsumeOutcome = { status: 'unchanged' };

/** The state of one call into the guest. Each call gets a new one, so that nothing leaks into the next. */
export class CallState {
  statusReason: string | undefined;
  /** What a host function threw. The call has failed even if the guest caught it and continued. */
  fault: unknown;
  #result: OwnedBytes | undefined;
  #length = 0;

  /** `accepts`: the signal whose results this call takes. Undefined in `start`, `shutdown` and for exporters. */
  constructor(
    readonly accepts: Signal | undefined,
    readonly maxResultBytes: number,
    private readonly buffers = new BufferPool(),
  ) {}

  /** The outcome of a call that succeeded: everything that the guest pushed, in order. */
  get outcome(): ConsumeOutcome {
    const result = this.#result;
    if (result === undefined) return UNCHANGED;
    if (this.#length === 0) return DROPPED;
    const { bytes, release } = result;
    return { status: 'changed', bytes: bytes.subarray(0, this.#length), release };
  }

  /**
   * Adds a copy of `bytes`: concatenating OTLP messages merges their repeated fields (docs/abi.md). Throws
   * `GUEST_OUTPUT` beyond `maxResultBytes`, so that a guest with little memory cannot fill that of the app.
   */
  addResult(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.maxResultBytes) {
      throw new OtelWasmError(
        'GUEST_OUTPUT',
        `the guest returned more than ${this.maxResultBytes} bytes in one call`,
      );
    }
    if (this.#result === undefined) {
      this.#result = length === 0 ? NOTHING : this.buffers.copy(bytes);
    } else {
      if (length > this.#result.bytes.length) {
        const grown = new Uint8Array(
          Math.min(Math.max(length, 2 * this.#result.bytes.length), this.maxResultBytes),
        );
        grown.set(this.#result.bytes.subarray(0, this.#length));
        this.#result = owned(grown);
      }
      this.#result.bytes.set(bytes, this.#length);
    }
    this.#length = length;
  }
}
