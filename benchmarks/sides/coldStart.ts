/** Starts a guest as the first thing in its process, then again, and tells how long each took. */
import { performance } from 'node:perf_hooks';
import { encodeTraces } from '../../src/otlp';
import { consume, startGuest } from '../support/guests';
import { FILTER_CONFIG, makeSpans } from '../support/spans';

export interface ColdStartAnswer {
  /** Read, parse, check, limit, compile, instantiate, `start()`. */
  readonly firstMillis: number;
  /** CPU time of the same, all threads: what is left when nothing else runs on the machine. */
  readonly firstCpuMillis: number;
  readonly firstBatchMillis: number;
  readonly secondMillis: number;
  /** Linear memory after a batch of 512 HTTP spans. */
  readonly guestBytes: number;
}

function timedMillis<Found>(work: () => Found): [found: Found, millis: number] {
  const begin = performance.now();
  const found = work();
  return [found, performance.now() - begin];
}

const [file] = process.argv.slice(2);
// As in an app: before there is any span, and before the engine has anything else to compile.
const cpu = process.cpuUsage();
const [instance, firstMillis] = timedMillis(() => startGuest(file, FILTER_CONFIG, 1_000));
const { user, system } = process.cpuUsage(cpu);
const bytes = encodeTraces(makeSpans(512, 'http', 10));
const [, firstBatchMillis] = timedMillis(() => consume(instance, bytes));
const [, secondMillis] = timedMillis(() => startGuest(file, FILTER_CONFIG, 1_000));
const found: ColdStartAnswer = {
  firstCpuMillis: (user + system) / 1_000,
  ...{ firstMillis, firstBatchMillis, secondMillis },
  guestBytes: instance.memoryBytes,
};
process.send!(found, () => process.disconnect());
