/** What stopping a guest that hangs costs when none does: a call under `node:vm`'s timeout, and one without. */
import { runWithDeadline } from '../../src/guest/deadline';
import type { BenchmarkCase } from '../support/case';
import { compare, timed } from '../support/compare';

const CALLS = 20;
const call = () => undefined;
const times = (work: () => void) => () => {
  for (let i = 0; i < CALLS; i++) work();
};
const noData = () => undefined;

export const deadlineCases: readonly BenchmarkCase[] = [
  {
    name: 'deadline/empty-call',
    run: () =>
      compare({
        ...{ name: 'deadline/empty-call', unit: 'µs/call' },
        ours: {
          name: 'runWithDeadline',
          round: timed(
            noData,
            times(() => runWithDeadline(call, 1_000)),
            CALLS,
          ),
        },
        peer: { name: 'no deadline', round: timed(noData, times(call), CALLS) },
      }),
  },
];
