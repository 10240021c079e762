import type { AdapterStats } from '../../src';
import type { Report, Sample } from './messages';

/** One requirement of a soak, and whether it was met. */
export interface Requirement {
  readonly what: string;
  readonly met: boolean;
  readonly found: string;
}

/** Allowed ratio of the last third to the second one. */
const FLAT = 1.1;

export interface Soak {
  readonly report: Report & { readonly stats: AdapterStats };
  readonly samples: readonly Sample[];
  /** Spans that the OTLP receiver got. */
  readonly arrived: number;
  readonly minutes: number;
  /** The allowed 99th percentile of the event loop's delay; `delayReason` explains it. */
  readonly delayAtMostMillis: number;
  readonly delayReason: string;
}

/** All requirements of a soak. */
export function requirements({
  report,
  samples,
  arrived,
  minutes,
  delayAtMostMillis,
  delayReason,
}: Soak): Requirement[] {
  const { stats, uncaught, spansEnded, delayP99Millis } = report;
  const failed = sum(Object.values(stats.itemsFailed));
  const faults = sum(Object.values(stats.errors));
  const requirement = (what: string, met: boolean, found: unknown): Requirement => ({
    what,
    met,
    found: String(found),
  });
  return [
    requirement('no uncaught exception', uncaught.length === 0, uncaught.slice(0, 5).join('; ') || 'none'),
    requirement(
      'items in + added = out + dropped + failed',
      stats.itemsIn + stats.itemsAdded === stats.itemsOut + stats.itemsDropped + failed,
      `${stats.itemsIn} + ${stats.itemsAdded} = ${stats.itemsOut} + ${stats.itemsDropped} + ${failed}`,
    ),
    requirement(
      'every ended span came in',
      spansEnded === stats.itemsIn,
      `${spansEnded} ended, ${stats.itemsIn} in`,
    ),
    requirement(
      'every item out arrived',
      arrived === stats.itemsOut,
      `${stats.itemsOut} out, ${arrived} arrived`,
    ),
    flat('heap', samples, sample => sample.heapMebibytes),
    flat('RSS', samples, sample => sample.rssMebibytes),
    requirement(
      `event loop delay p99 under ${delayAtMostMillis.toFixed(1)} ms, ${delayReason}`,
      delayP99Millis < delayAtMostMillis,
      `${delayP99Millis.toFixed(1)} ms`,
    ),
    requirement('a fault every few seconds', faults >= minutes * 12, `${faults} failed calls`),
  ];
}

function flat(what: string, samples: readonly Sample[], of: (sample: Sample) => number): Requirement {
  const third = Math.floor(samples.length / 3);
  const second = mean(samples.slice(third, 2 * third).map(of));
  const last = mean(samples.slice(2 * third).map(of));
  return {
    what: `${what} flat: the last third within 10 % of the second`,
    met: last <= second * FLAT,
    found: `${second.toFixed(1)} MiB, then ${last.toFixed(1)} MiB`,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function mean(numbers: readonly number[]): number {
  return sum(numbers) / Math.max(1, numbers.length);
}
