/** Starting the filter guest, in fresh processes, and what it takes to hold it. */
import type { RoundAnswer } from '../sides/app';
import type { ColdStagesAnswer } from '../sides/coldStages';
import type { ColdStartAnswer } from '../sides/coldStart';
import { SIDES, type SideName } from '../sides/spanProcessors';
import { withApps } from '../support/apps';
import type { BenchmarkCase } from '../support/case';
import { measured } from '../support/compare';
import { FILTER, unlessExists } from '../support/guests';
import { answer, ask, forkTypeScript } from '../support/processes';
import { ratioOf, spreadOf } from '../support/statistics';

const PROCESSES = 9;
const MEBIBYTE = 2 ** 20;
const missing = unlessExists(FILTER, 'npm run build:guests');

/** What each of a few processes tells of the filter, one after the other. */
async function inFreshProcesses<Answer>(side: string, guest = FILTER): Promise<Answer[]> {
  const found: Answer[] = [];
  for (let i = 0; i < PROCESSES; i++) found.push(await answer<Answer>(forkTypeScript(side, guest)));
  return found;
}

const coldStart: BenchmarkCase = {
  ...{ name: 'start/filter', missing },
  run: async () => {
    const found = await inFreshProcesses<ColdStartAnswer>('sides/coldStart.ts');
    const of = (key: keyof ColdStartAnswer) => found.map(each => each[key]);
    return [
      measured(
        ...(['start/filter/first', 'ms', of('firstMillis')] as const),
        8,
        'load, validate, compile, instantiate, start(), as the first in a fresh process',
      ),
      measured(
        ...(['start/filter/second', 'ms', of('secondMillis')] as const),
        undefined,
        'again in the same process',
      ),
      measured(
        'start/filter/first-cpu',
        'ms',
        of('firstCpuMillis'),
        undefined,
        'CPU time of the first, all threads',
      ),
      measured('start/filter/first-batch', 'ms', of('firstBatchMillis'), undefined, '512 spans, cold'),
      measured(
        'memory/filter/linear-memory',
        'MiB',
        of('guestBytes').map(bytes => bytes / MEBIBYTE),
      ),
    ];
  },
};

/** The same guest by the name under which it ships: checked and bounded when the package was built. */
const coldShipped: BenchmarkCase = {
  ...{ name: 'start/shipped', missing },
  run: async () => {
    const found = await inFreshProcesses<ColdStartAnswer>('sides/coldStart.ts', 'otelwasm:filter');
    const of = (key: keyof ColdStartAnswer) => found.map(each => each[key]);
    return [
      measured(
        ...(['start/shipped/first', 'ms', of('firstMillis')] as const),
        4,
        'otelwasm:filter, as the first in a fresh process; its file is loaded from build/src',
      ),
      measured('start/shipped/second', 'ms', of('secondMillis'), undefined, 'again in the same process'),
      measured('start/shipped/first-cpu', 'ms', of('firstCpuMillis'), undefined, 'CPU time of the first'),
    ];
  },
};

/** Where the time of the first start goes. */
const coldStages: BenchmarkCase = {
  ...{ name: 'start/stages', missing },
  run: async () => {
    const found = await inFreshProcesses<ColdStagesAnswer>('sides/coldStages.ts');
    return Object.keys(found[0]).map(stage =>
      measured(
        `start/stages/${stage}`,
        'ms',
        found.map(each => each[stage]),
      ),
    );
  },
};

function memory(ours: SideName): BenchmarkCase {
  const name = `memory/process/${ours}-vs-stock`;
  const rounds = 60;
  return {
    ...{ name, missing },
    run: () =>
      withApps([ours, 'stock'], async apps => {
        const command = { kind: 'round', batches: 4, spans: 512, shape: 'http', dropPercent: 10 } as const;
        const sizes = { ours: [] as number[], peer: [] as number[] };
        for (let round = 0; round < rounds; round++) {
          sizes.ours.push((await ask<RoundAnswer>(apps[ours], command)).rssBytes / MEBIBYTE);
          sizes.peer.push((await ask<RoundAnswer>(apps.stock, command)).rssBytes / MEBIBYTE);
        }
        const [own, peer] = [sizes.ours, sizes.peer].map(all => all.slice(rounds / 2));
        return {
          ...{ name, unit: 'MiB' },
          ours: { name: SIDES[ours], ...spreadOf(own) },
          peer: { name: SIDES.stock, ...spreadOf(peer) },
          ratio: ratioOf(own, peer),
          note: 'resident size of the whole process, from the 120th batch to the 240th',
        };
      }),
  };
}

export const startCases: readonly BenchmarkCase[] = [
  coldStart,
  coldShipped,
  coldStages,
  memory('wasm'),
  { ...memory('wasm-worker'), onlyFull: true },
];
