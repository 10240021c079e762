import type { Spread } from './result';

/** Parts of a run whose ratios show how far the ratio of the whole can be trusted. */
const PARTS = 5;

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that the share `share` of `values` is below. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), min: quantile(values, 0), max: quantile(values, 1) };
}

/** Ours to the peer's, sample by sample of the same rounds. */
export function ratioOf(ours: readonly number[], peer: readonly number[]): Spread {
  const size = Math.ceil(ours.length / PARTS);
  const parts: number[] = [];
  for (let from = 0; from < ours.length; from += size) {
    parts.push(median(ours.slice(from, from + size)) / median(peer.slice(from, from + size)));
  }
  const { min, max } = spreadOf(parts);
  return { median: median(ours) / median(peer), min, max };
}
