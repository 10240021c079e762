import { InvalidArgumentError } from 'commander';
import { type Signal, SIGNALS } from '../abi';

const MILLIS_PER_UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

export const MEBIBYTE = 2 ** 20;

/** Parses `500ms`, `10s`, `2m` or `1h` to milliseconds. */
export function parseDuration(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const millis = Number(amount) * (MILLIS_PER_UNIT[unit] ?? NaN);
  if (!(millis > 0)) throw new InvalidArgumentError('Allowed is a time like 500ms, 10s or 2m.');
  return millis;
}

/** An integer above 0. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1)
    throw new InvalidArgumentError('Allowed is an integer above 0.');
  return count;
}

/** `traces`, `metrics` or `logs`. */
export function parseSignal(text: string): Signal {
  const signal = SIGNALS.find(name => name === text);
  if (signal === undefined) throw new InvalidArgumentError(`Allowed is one of ${SIGNALS.join(', ')}.`);
  return signal;
}

/** Readable byte counts: `812 B`, `3.4 KiB`, `1.0 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB'];
  let value = bytes / 1_024;
  let unit = 0;
  for (; value >= 1_024 && unit < units.length - 1; unit++) value /= 1_024;
  return `${value.toFixed(1)} ${units[unit]}`;
}

/** `1,234,567`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
