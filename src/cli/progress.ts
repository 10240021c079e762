import { performance } from 'node:perf_hooks';
import { formatCount } from './values';

const FIRST_AFTER_MILLIS = 500;
const EVERY_MILLIS = 100;

/** The progress of a command. */
export interface Stage {
  readonly items: number;
  /** `3.4 MiB of 1.2 GiB` */
  readonly text: string;
  /** From 0 to 1. Undefined when the end is unknown, e.g. for a pipe. */
  readonly share: number | undefined;
}

/**
 * Shows the progress of a long command in one line on the terminal. Shows nothing if stderr is not a terminal, or for
 * a short command.
 */
export class Progress {
  readonly #startedAt = performance.now();
  #shownAt = 0;

  constructor(readonly enabled: boolean = process.stderr.isTTY === true) {}

  show(stage: () => Stage): void {
    const now = performance.now();
    if (!this.enabled || now - this.#startedAt < FIRST_AFTER_MILLIS || now - this.#shownAt < EVERY_MILLIS)
      return;
    this.#shownAt = now;
    process.stderr.write(`\r\u001b[K${progressLine(stage(), now - this.#startedAt)}`);
  }

  /** Clears the line. */
  clear(): void {
    if (this.#shownAt > 0) process.stderr.write('\r\u001b[K');
    this.#shownAt = 0;
  }
}

/** `12,000 items, 3.4 MiB of 1.2 GiB, 45,000 items/s, 2 min 5 s left` */
export function progressLine({ items, text, share }: Stage, elapsedMillis: number): string {
  const rate = `${formatCount((items / elapsedMillis) * 1_000)} items/s`;
  const parts = [`${formatCount(items)} items`, text, rate];
  if (share !== undefined && share > 0)
    parts.push(`${formatTime((elapsedMillis * (1 - share)) / share)} left`);
  return parts.join(', ');
}

function formatTime(millis: number): string {
  const seconds = Math.ceil(millis / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
