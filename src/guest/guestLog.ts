import { performance } from 'node:perf_hooks';
import { type LogLevel, printable } from '../abi';
/** Receives a guest's lines: from the host function `log`, and from stdout and stderr of WASI. */
export type GuestLogger = (level: LogLevel, text: string) => void;

/** Bytes of one line that are read from the guest. The rest is cut. */
export const MAX_LINE_BYTES = 8_192;

const WINDOW_MILLIS = 1_000;
const MAX_LINES_PER_WINDOW = 200;

/**
 * A bounded logger for a guest. A guest that logs without end costs 200 lines a second, plus one line that counts the
 * rest. Each entry stays one line, whatever the text. Exceptions of the logger are caught: they would unwind through
 * the guest.
 */
export function boundedLog(logger: GuestLogger, millis = (): number => performance.now()): GuestLogger {
  let windowStart = -Infinity;
  let lines = 0;
  let suppressed = 0;
  const pass: GuestLogger = (level, text) => withoutThrowing(() => logger(level, printable(text)));
  return (level, text) => {
    const now = millis();
    if (now - windowStart >= WINDOW_MILLIS) {
      windowStart = now;
      lines = 0;
      if (suppressed > 0) pass('warn', `${suppressed} more lines of the guest were suppressed`);
      suppressed = 0;
    }
    if (lines++ < MAX_LINES_PER_WINDOW) pass(level, text);
    else suppressed++;
  };
}

/** Levels of systemd's journal priorities (sd-daemon(3)). A guest writes `trace` as `debug`. */
const PRIORITY_LEVELS = new Map<string, LogLevel>([
  ['3', 'error'],
  ['4', 'warn'],
  ['6', 'info'],
  ['7', 'debug'],
]);

/**
 * A line of stderr as a log entry: `<3>text` is an error. Guests log this way because Collector hosts do not offer
 * the host function `log`. A line without a priority is a warning.
 */
export function stderrEntry(line: string): { level: LogLevel; text: string } {
  const level = /^<\d>/.test(line) ? PRIORITY_LEVELS.get(line[1]) : undefined;
  return level === undefined ? { level: 'warn', text: line } : { level, text: line.slice(3) };
}

/** Calls the app's code during a guest call. An exception would unwind through the guest. */
export function withoutThrowing(call: () => void): void {
  try {
    call();
  } catch {
    // The failure of a logger cannot be logged.
  }
}

/** Log lines that one call may leave behind. Further lines are dropped. */
const MAX_DEFERRED_CALLS = 1_000;

/**
 * Defers calls into the app's code until the guest call is over, so that the logger's time does not count as the
 * guest's. `node:vm`'s limit also stops whatever runs on the thread, even past `finally`: it must never interrupt the
 * app's logger.
 */
export class DeferredCalls {
  #isDeferring = false;
  #deferred: (() => void)[] = [];

  /** Runs `work` while calls are deferred, then makes the calls in order. */
  during<T>(work: () => T): T {
    this.#isDeferring = true;
    try {
      return work();
    } finally {
      this.#isDeferring = false;
      if (this.#deferred.length > 0) this.#makeDeferred();
    }
  }

  /** Makes the call, at once or after the guest call. A `limited` call is dropped if too many are waiting. */
  make(call: () => void, limited: boolean): void {
    if (!this.#isDeferring) withoutThrowing(call);
    else if (!limited || this.#deferred.length < MAX_DEFERRED_CALLS) this.#deferred.push(call);
  }

  #makeDeferred(): void {
    const deferred = this.#deferred;
    this.#deferred = [];
    for (const call of deferred) withoutThrowing(call);
  }
}
