/** Compiles twenty rules as the first thing in its process, then again and again. As in an app, with the package as it is built. */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type * as Rules from '../../src/rules';
import { TWENTY_RULES } from '../support/rules';
import { median } from '../support/statistics';

export interface ColdCompileAnswer {
  /** Loading `otelwasm/rules`. */
  readonly loadMillis: number;
  readonly firstMillis: number;
  /** CPU time of both, all threads: what is left when nothing else runs on the machine. */
  readonly firstCpuMillis: number;
  readonly warmMillis: number;
  /** CPU time of each of the later ones, a mean. */
  readonly warmCpuMillis: number;
  readonly moduleBytes: number;
}

const WARM_UP = 40;
const ROUNDS = 60;

function cpuMillisSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const cpu = process.cpuUsage();
const begin = performance.now();
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { compileRules } = require(join(__dirname, '../../build/src/rules/index.js')) as typeof Rules;
const loaded = performance.now();
const wasm = compileRules(TWENTY_RULES);
const end = performance.now();
const firstCpuMillis = cpuMillisSince(cpu);

for (let round = 0; round < WARM_UP; round++) compileRules(TWENTY_RULES);
const warmCpu = process.cpuUsage();
const samples: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const start = performance.now();
  compileRules(TWENTY_RULES);
  samples.push(performance.now() - start);
}
const found: ColdCompileAnswer = {
  ...{ loadMillis: loaded - begin, firstMillis: end - begin, firstCpuMillis },
  ...{ warmMillis: median(samples), warmCpuMillis: cpuMillisSince(warmCpu) / ROUNDS },
  moduleBytes: wasm.length,
};
process.send!(found, () => process.disconnect());
