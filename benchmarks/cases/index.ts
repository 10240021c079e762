import type { BenchmarkCase } from '../support/case';
import { codecCases } from './codec';
import { collectorCases } from './collector';
import { deadlineCases } from './deadline';
import { eventLoopCases } from './eventLoop';
import { guestCases } from './guest';
import { instrumentationCases } from './instrumentation';
import { otherHostsCases } from './otherHosts';
import { overviewCases } from './overview';
import { patternCases } from './pattern';
import { pipelineCases } from './pipeline';
import { rulesCases } from './rules';
import { rulesStartCases } from './rulesStart';
import { startCases } from './start';
import { workerCases } from './worker';

/** All named cases, in the order in which they run. */
export const cases: readonly BenchmarkCase[] = [
  ...overviewCases,
  ...pipelineCases,
  ...codecCases,
  ...guestCases,
  ...patternCases,
  ...rulesCases,
  ...rulesStartCases,
  ...collectorCases,
  ...instrumentationCases,
  ...otherHostsCases,
  ...workerCases,
  ...eventLoopCases,
  ...startCases,
  ...deadlineCases,
];
