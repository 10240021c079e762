/** How much of a stream the host accepts from the guest. */
export interface OutputLimits {
  /** Longer lines are cut here, with a marker. */
  readonly lineBytes: number;
  /** Output per window. A window is one guest call, or each second of a longer call. */
  readonly windowBytes: number;
}

/** For a stream that goes to the host's log. */
export const LOG_LIMITS: OutputLimits = { lineBytes: 8_192, windowBytes: 262_144 };

/**
 * For a stream that the user requested. A whole batch may be one line, and the app holds it both as bytes and as
 * text.
 */
export const GRANTED_LIMITS: OutputLimits = { lineBytes: 2 ** 24, windowBytes: 2 ** 26 };

/** Charged for each line in addition to its bytes: even an empty line costs the logger something. */
export const LINE_COST_BYTES = 64;

const WINDOW_NANOS = 1_000_000_000n;
const NEWLINE = 10;

/**
 * Turns a guest's output into lines. It collects bytes up to a newline before decoding, so that characters split
 * across small writes stay intact. Bytes that are not UTF-8 become U+FFFD. Output beyond the window's budget is
 * skipped unread, and one line reports how many bytes were skipped.
 */
export class LineWriter {
  #line = new Uint8Array(LOG_LIMITS.lineBytes);
  readonly #decoder = new TextDecoder();
  #length = 0;
  #cutBytes = 0;
  #spentBytes = 0;
  #droppedBytes = 0;
  #windowStart = 0n;

  constructor(
    private readonly writeLine: (line: string) => void,
    private readonly monotonicNanos: () => bigint,
    private readonly limits = LOG_LIMITS,
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

  /** Ends a line that has no newline yet, and the window. Called after each guest call. */
  flush(): void {
    if (this.#length > 0) this.#endLine();
    const dropped = this.#droppedBytes;
    this.#droppedBytes = 0;
    this.#spentBytes = 0;
    if (dropped > 0) {
      this.writeLine(
        `[output dropped: ${dropped} bytes, over the limit of ${this.limits.windowBytes} bytes per call or second]`,
      );
    }
  }

  #append(bytes: Uint8Array): void {
    const kept = bytes.subarray(0, this.limits.lineBytes - this.#length);
    if (this.#length + kept.length > this.#line.length) {
      const grown = new Uint8Array(Math.max(this.#length + kept.length, 2 * this.#line.length));
      grown.set(this.#line);
      this.#line = grown;
    }
    this.#line.set(kept, this.#length);
    this.#length += kept.length;
    this.#cutBytes += bytes.length - kept.length;
    this.#spentBytes += bytes.length;
  }

  #endLine(): void {
    const end = this.#cutBytes > 0 ? wholeCharacters(this.#line.subarray(0, this.#length)) : this.#length;
    const missing = this.#cutBytes + this.#length - end;
    this.#length = 0;
    this.#cutBytes = 0;
    this.#spentBytes += LINE_COST_BYTES;
    const text = this.#decoder.decode(this.#line.subarray(0, end));
    this.writeLine(missing > 0 ? `${text} [line truncated: ${missing} more bytes]` : text);
  }

  /** Bytes that may still be written in this window. Opens the next window when it is due. */
  #budget(): number {
    if (
      this.#spentBytes >= this.limits.windowBytes &&
      this.monotonicNanos() - this.#windowStart >= WINDOW_NANOS
    ) {
      if (this.#droppedBytes > 0) this.flush();
      this.#spentBytes = 0;
    }
    if (this.#spentBytes === 0) this.#windowStart = this.monotonicNanos();
    return this.limits.windowBytes - this.#spentBytes;
  }
}

/** Where the last complete UTF-8 character of a full line ends. */
function wholeCharacters(line: Uint8Array): number {
  let start = line.length - 1;
  while (start > line.length - 4 && (line[start] & 0xc0) === 0x80) start--;
  const lead = line[start];
  const size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return start + size > line.length ? start : line.length;
}
