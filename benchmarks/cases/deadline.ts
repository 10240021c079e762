/** What it costs to be able to stop a guest that hangs, when none does: with fuel, and with `node:vm`'s limit. */
import { readFileSync } from 'node:fs';
import { runWithVmTimeout } from '../../src/guest/vmTimeout';
import { encodeTraces } from '../../src/otlp';
import type { BenchmarkCase } from '../support/case';
import { compare, timed } from '../support/compare';
import { consume, FILTER, REDACT, REDACT_CONFIG, startGuest } from '../support/guests';
import { FILTER_CONFIG, makeSpans } from '../support/spans';

const CALLS = 20;
const call = () => undefined;
const times = (work: () => void) => () => {
  for (let i = 0; i < CALLS; i++) work();
};
const noData = () => undefined;

function fuelCase(name: string, guest: string, config: unknown): BenchmarkCase {
  return {
    name,
    run: () => {
      const withFuel = startGuest(guest, config, 1_000);
      // A module that comes compiled gets no fuel, and at 0 no limit either.
      const without = startGuest(new WebAssembly.Module(readFileSync(guest)), config, 0);
      const bytes = encodeTraces(makeSpans(512, 'http', 10));
      return compare({
        ...{ name, unit: 'µs/batch' },
        ours: { name: 'a guest with fuel', round: timed(noData, () => consume(withFuel, bytes)) },
        peer: { name: 'the same, without', round: timed(noData, () => consume(without, bytes)) },
      });
    },
  };
}

export const deadlineCases: readonly BenchmarkCase[] = [
  fuelCase('deadline/fuel/filter/512', FILTER, FILTER_CONFIG),
  fuelCase('deadline/fuel/redact/512', REDACT, REDACT_CONFIG),
  {
    name: 'deadline/node-vm/empty-call',
    run: () =>
      compare({
        ...{ name: 'deadline/node-vm/empty-call', unit: 'µs/call' },
        ours: {
          name: 'runWithDeadline',
          round: timed(
            noData,
            times(() => runWithVmTimeout(call, 1_000)),
            CALLS,
          ),
        },
        peer: { name: 'no deadline', round: timed(noData, times(call), CALLS) },
      }),
  },
];
