import type { Limit, Result, Spread } from './result';
import { ratioOf, spreadOf } from './statistics';

/** Runs one round of a side and returns what it took, in the case's unit. */
export type Round = () => number | Promise<number>;

/** Two sides of a case: they take turns, the one that begins alternating. */
export interface Comparison {
  readonly name: string;
  readonly unit: string;
  readonly ours: { readonly name?: string; readonly round: Round };
  readonly peer: { readonly name: string; readonly round: Round };
  readonly warmUpRounds?: number;
  readonly rounds?: number;
  /** The upper limit of the ratio. */
  readonly atMost?: number;
  readonly note?: string;
}

export async function compare(comparison: Comparison): Promise<Result> {
  const { name, unit, warmUpRounds = 60, rounds = 150, atMost, note } = comparison;
  const samples = { ours: [] as number[], peer: [] as number[] };
  for (let round = 0; round < warmUpRounds + rounds; round++) {
    for (const side of round % 2 === 0 ? (['ours', 'peer'] as const) : (['peer', 'ours'] as const)) {
      const taken = comparison[side].round();
      const sample = typeof taken === 'number' ? taken : await taken;
      if (round >= warmUpRounds) samples[side].push(sample);
    }
  }
  const ratio = ratioOf(samples.ours, samples.peer);
  return {
    name,
    unit,
    ours: { name: comparison.ours.name ?? 'otelwasm', ...spreadOf(samples.ours) },
    peer: { name: comparison.peer.name, ...spreadOf(samples.peer) },
    ratio,
    limit: limitOf(ratio, atMost),
    note,
  };
}

export function limitOf(measure: Spread, atMost?: number): Limit | undefined {
  return atMost === undefined ? undefined : { atMost, met: measure.median <= atMost };
}

/** A result without a peer; its limit is for the median itself. */
export function measured(
  name: string,
  unit: string,
  samples: readonly number[],
  atMost?: number,
  note?: string,
): Result {
  const ours = { name: 'otelwasm', ...spreadOf(samples) };
  return { name, unit, ours, limit: limitOf(ours, atMost), note };
}

/** Batches that stay alive after their round, as spans in an app's heap do. */
const KEPT_BATCHES = 20;
const kept: unknown[] = [];
let keptAt = 0;

/**
 * A round that times `run` on data that `make` makes first, in µs divided by `perRound`: items, or calls.
 * The data lives on for a while: letting all of it die at once, or forcing the collector between rounds, slows the peer
 * alone (see README.md, Traps).
 */
export function timed<Data>(make: () => Data, run: (data: Data) => unknown, perRound = 1): Round {
  return () => {
    const data = make();
    kept[keptAt++ % KEPT_BATCHES] = data;
    const start = process.hrtime.bigint();
    run(data);
    return Number(process.hrtime.bigint() - start) / 1000 / perRound;
  };
}
