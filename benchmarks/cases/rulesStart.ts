/** Compiling rules, and starting what they are compiled to, in fresh processes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileRules } from '../../src/rules';
import type { ColdCompileAnswer } from '../sides/coldCompile';
import type { ColdStartAnswer } from '../sides/coldStart';
import type { BenchmarkCase } from '../support/case';
import { compare, measured } from '../support/compare';
import { FILTER, unlessExists } from '../support/guests';
import { answer, forkTypeScript } from '../support/processes';
import { HEALTH, REPLACE_PATTERN, TWENTY_RULES } from '../support/rules';

const PROCESSES = 9;
const KIBIBYTE = 1024;
const BUILT_RULES = join(__dirname, '../../build/src/rules/index.js');

const compile: BenchmarkCase = {
  ...{ name: 'rules/compile/20', missing: unlessExists(BUILT_RULES, 'npm run build') },
  run: async () => {
    const found: ColdCompileAnswer[] = [];
    for (let i = 0; i < PROCESSES; i++) {
      found.push(await answer<ColdCompileAnswer>(forkTypeScript('sides/coldCompile.ts')));
    }
    const of = (key: keyof ColdCompileAnswer) => found.map(each => each[key]);
    return [
      measured(
        ...(['rules/compile/20/first', 'ms', of('firstMillis')] as const),
        80,
        'otelwasm/rules loaded, then 20 rules compiled, as the first in a fresh process',
      ),
      measured('rules/compile/20/first-cpu', 'ms', of('firstCpuMillis'), undefined, 'CPU time of the same'),
      measured('rules/compile/20/load', 'ms', of('loadMillis'), undefined, 'otelwasm/rules loaded'),
      measured('rules/compile/20/warm', 'ms', of('warmMillis'), 10, 'after 40 in the same process'),
      measured('rules/compile/20/warm-cpu', 'ms', of('warmCpuMillis'), undefined, 'CPU time of the same'),
      measured(
        ...(['rules/compile/20/module', 'KiB', of('moduleBytes').map(bytes => bytes / KIBIBYTE)] as const),
        195,
        '200,000 bytes are 195 KiB',
      ),
    ];
  },
};

const STARTED = { health: HEALTH, 'replace-pattern': REPLACE_PATTERN, 20: TWENTY_RULES };

/** Reading, checking, bounding, compiling and starting a module that was compiled from rules, and the filter's. */
function start(short: string, rules: Record<string, unknown>): BenchmarkCase {
  const name = `rules/start/${short}`;
  return {
    ...{ name, missing: unlessExists(FILTER, 'npm run build:guests') },
    run: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'otelwasm-'));
      const file = join(folder, 'rules.wasm');
      writeFileSync(file, compileRules(rules));
      const started = (guest: string) => async () =>
        (await answer<ColdStartAnswer>(forkTypeScript('sides/coldStart.ts', guest))).firstMillis;
      try {
        return await compare({
          ...{ name, unit: 'ms', warmUpRounds: 2, rounds: 15, atMost: 3 },
          ours: { name: 'compiled rules', round: started(file) },
          peer: { name: 'the filter guest', round: started(FILTER) },
          note: 'load and start(), as the first in a fresh process',
        });
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  };
}

export const rulesStartCases: readonly BenchmarkCase[] = [
  compile,
  ...Object.entries(STARTED).map(([short, rules]) => start(short, rules)),
];
