import { diag } from '@opentelemetry/api';
import { performance } from 'node:perf_hooks';

const BURST_MILLIS = 10_000;

/**
 * Limits repeated warnings. The first of its kind is logged at once. Those of the next ten seconds are counted. The
 * next warning after that, or `flush`, logs the count.
 */
export class BurstLog {
  readonly #logger;
  readonly #bursts = new Map<string, { since: number; held: number }>();

  constructor(name: string) {
    this.#logger = diag.createComponentLogger({ namespace: `otelwasm:${name}` });
  }

  /** `source` separates bursts of one kind, e.g. by guest: the first line of each source is logged. */
  warn(kind: string, message: string, source = ''): void {
    const now = performance.now();
    const key = source === '' ? kind : `${kind}: ${source}`;
    const burst = this.#bursts.get(key);
    if (burst !== undefined && now - burst.since < BURST_MILLIS) {
      burst.held++;
      return;
    }
    const more = burst !== undefined && burst.held > 0 ? ` (and ${burst.held} more ${kind} before)` : '';
    this.#bursts.set(key, { since: now, held: 0 });
    this.#write(`${kind}: ${message}${more}`);
  }

  /** Logs the counts of suppressed warnings. */
  flush(): void {
    for (const [key, { held }] of this.#bursts) if (held > 0) this.#write(`${key}: ${held} more`);
    this.#bursts.clear();
  }

  #write(line: string): void {
    try {
      this.#logger.warn(line);
    } catch {
      // The app's logger failed, so this cannot be logged.
    }
  }
}
