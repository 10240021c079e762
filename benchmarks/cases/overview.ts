/** What a user sees first (docs/overview.svg): how long six ways to export the same spans keep the app's thread busy. */
import type { AppCommand, RoundAnswer } from '../sides/app';
import { SIDES, type SideName } from '../sides/spanProcessors';
import { withApps } from '../support/apps';
import type { BenchmarkCase } from '../support/case';
import { measured } from '../support/compare';
import { FILTER, unlessExists } from '../support/guests';
import { OVERVIEW } from '../support/overviewChart';
import { ask } from '../support/processes';

const BATCHES = 4;
const WARM_UP_ROUNDS = 25;
const ROUNDS = 60;
/** The stock exporter without a filter sends all of them. */
const COMMAND: AppCommand = {
  ...{ kind: 'round', batches: BATCHES, spans: 512, shape: 'http' },
  dropPercent: 50,
};

export const overviewCases: readonly BenchmarkCase[] = [
  {
    ...{ name: OVERVIEW, missing: unlessExists(FILTER, 'npm run build:guests') },
    run: () => {
      const sides = Object.keys(SIDES).filter(side => side !== 'wasm-1024') as SideName[];
      return withApps(sides, async apps => {
        const samples = new Map(sides.map(side => [side, [] as number[]]));
        for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
          for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
            const { busyMicros } = await ask<RoundAnswer>(apps[side], COMMAND);
            if (round >= WARM_UP_ROUNDS) samples.get(side)!.push(busyMicros / BATCHES / 1_000);
          }
        }
        return sides.map(side =>
          measured(`${OVERVIEW}/${side}`, 'ms/batch', samples.get(side)!, undefined, SIDES[side]),
        );
      });
    },
  },
];
