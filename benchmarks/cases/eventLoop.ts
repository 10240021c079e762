/**
 * How late the event loop of an app under load is: 5,000 HTTP spans a second, so about ten batches. Each side in a process
 * of its own, taking turns of two seconds. With a resolution of 1 ms an idle app shows a little more than 1 ms.
 */
import type { ChildProcess } from 'node:child_process';
import type { AppCommand, LoadAnswer } from '../sides/app';
import { SIDES, type SideName } from '../sides/spanProcessors';
import { withApps } from '../support/apps';
import type { BenchmarkCase } from '../support/case';
import { limitOf } from '../support/compare';
import { FILTER, unlessExists } from '../support/guests';
import { ask } from '../support/processes';
import type { Result, Side } from '../support/result';
import { ratioOf, spreadOf } from '../support/statistics';

const LOAD = { kind: 'load', millis: 2_000, spansPerSecond: 5_000 } as const satisfies AppCommand;
const WARM_UP_TURNS = 1;
const TURNS = 4;

const MEASURES = [
  { name: 'delay-p50', unit: 'ms', of: (found: LoadAnswer) => found.p50Millis },
  { name: 'delay-p99', unit: 'ms', of: (found: LoadAnswer) => found.p99Millis },
  {
    name: 'app-cpu',
    unit: 'ms/s',
    of: (found: LoadAnswer) => found.cpuMicros / LOAD.millis,
  },
];

function eventLoopCase(ours: SideName, p99AtMost?: number): BenchmarkCase {
  const name = `event-loop/5000-spans-a-second/${ours}-vs-stock`;
  return {
    ...{ name, missing: unlessExists(FILTER, 'npm run build:guests') },
    run: () =>
      withApps([ours, 'stock'], async apps => {
        const answers = { ours: [] as LoadAnswer[], peer: [] as LoadAnswer[] };
        const turn = async (side: keyof typeof answers, app: ChildProcess) =>
          answers[side].push(await ask<LoadAnswer>(app, LOAD));
        for (let round = 0; round < WARM_UP_TURNS + TURNS; round++) {
          await turn('ours', apps[ours]);
          await turn('peer', apps.stock);
        }
        return MEASURES.map(({ name: measure, unit, of }): Result => {
          const [own, peer] = [answers.ours, answers.peer].map(all => all.slice(WARM_UP_TURNS).map(of));
          const side = (sideName: SideName, samples: number[]): Side => ({
            name: SIDES[sideName],
            ...spreadOf(samples),
          });
          const ratio = ratioOf(own, peer);
          return {
            ...{ name: `${name}/${measure}`, unit },
            ...{ ours: side(ours, own), peer: side('stock', peer), ratio },
            limit: limitOf(ratio, measure === 'delay-p99' ? p99AtMost : undefined),
            note: measure === 'app-cpu' ? 'making the spans included; a tenth is dropped' : undefined,
          };
        });
      }),
  };
}

export const eventLoopCases: readonly BenchmarkCase[] = [
  eventLoopCase('wasm'),
  eventLoopCase('wasm-worker', 0.4),
];
