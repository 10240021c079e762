/** A longer line is cut there, with a marker. */
export const MAX_LINE_BYTES = 8_192;

/** What one stream may say per window: within one guest call, or in each second of a call that lasts. */
export const WINDOW_BYTES = 262_144;

/** Charged for each line besides its bytes: a record costs the logger something even when it is empty. */
export const LINE_COST_BYTES = 64;

const WINDOW_NANOS = 1_000_000_000n;
const NEWLINE = 10;

/**
 * Turns a guest's output into lines. Bytes are gathered up to a newline and decoded then, so that characters split over
 * many small writes come out whole; bytes that are not UTF-8 come out as U+FFFD. Output beyond the window's budget is
 * passed over without looking at it, and one line says how many bytes that was.
 */
export class LineWriter {
  readonly #line = new Uint8Array(MAX_LINE_BYTES);
  readonly #decoder = new TextDecoder();
  #length = 0;
  #cutBytes = 0;
  #spentBytes = 0;
  #droppedBytes = 0;
  #windowStart = 0n;

  constructor(
    private readonly writeLine: (line: string) => void,
    private readonly monotonicNanos: () => bigint,
  ) {}

  write(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0) {
      const budget = this.#budget();
      if (budget <= 0) {
        this.#droppedBytes += rest.length;
        return;
      }
      const newline = rest.subarray(0, budget).indexOf(NEWLINE);
      this.#append(rest.subarray(0, newline < 0 ? budget : newline));
      if (newline >= 0) this.#endLine();
      rest = rest.subarray(newline < 0 ? budget : newline + 1);
    }
  }

  /** Ends a line that has no newline yet, and the window. Called when a guest call is over. */
  flush(): void {
    if (this.#length > 0) this.#endLine();
    const dropped = this.#droppedBytes;
    this.#droppedBytes = 0;
    this.#spentBytes = 0;
    if (dropped > 0) {
      this.writeLine(`[output dropped: ${dropped} bytes, over ${WINDOW_BYTES} bytes a call or second]`);
    }
  }

  #append(bytes: Uint8Array): void {
    const kept = bytes.subarray(0, MAX_LINE_BYTES - this.#length);
    this.#line.set(kept, this.#length);
    this.#length += kept.length;
    this.#cutBytes += bytes.length - kept.length;
    this.#spentBytes += bytes.length;
  }

  #endLine(): void {
    const end = this.#cutBytes > 0 ? wholeCharacters(this.#line) : this.#length;
    const missing = this.#cutBytes + this.#length - end;
    this.#length = 0;
    this.#cutBytes = 0;
    this.#spentBytes += LINE_COST_BYTES;
    const text = this.#decoder.decode(this.#line.subarray(0, end));
    this.writeLine(missing > 0 ? `${text} [line cut: ${missing} bytes more]` : text);
  }

  /** Bytes that may still be written in this window; opens the next window when its time has come. */
  #budget(): number {
    if (this.#spentBytes >= WINDOW_BYTES && this.monotonicNanos() - this.#windowStart >= WINDOW_NANOS) {
      if (this.#droppedBytes > 0) this.flush();
      this.#spentBytes = 0;
    }
    if (this.#spentBytes === 0) this.#windowStart = this.monotonicNanos();
    return WINDOW_BYTES - this.#spentBytes;
  }
}

/** Where the last whole UTF-8 character of a full line ends. */
function wholeCharacters(line: Uint8Array): number {
  let start = line.length - 1;
  while (start > line.length - 4 && (line[start] & 0xc0) === 0x80) start--;
  const lead = line[start];
  const size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return start + size > line.length ? start : line.length;
}
