import assert from 'node:assert/strict';
import {
  createReceiverRunner,
  createRunner,
  isLegalTransition,
  type ReceiverRunner,
  type Runner,
  type RunnerState,
  startReceiver,
  startWorker,
} from '../../src/runner';
import { checkTransition } from '../../src/runner/state';
import { instanceOptions, load } from './support';

const STATES: readonly RunnerState[] = ['starting', 'running', 'restarting', 'failed', 'stopping', 'stopped'];

/** Every legal step; what is not here is not. */
const LEGAL: readonly string[] = [
  'starting → running',
  'starting → failed',
  'starting → stopping',
  'running → restarting',
  'running → failed',
  'running → stopping',
  'restarting → running',
  'restarting → stopping',
  'failed → running',
  'failed → stopping',
  'stopping → stopped',
];

const BATCH = Uint8Array.of(1);

describe('runner states', () => {
  it('have these transitions and no others', () => {
    const legal = STATES.flatMap(from =>
      STATES.filter(to => isLegalTransition(from, to)).map(to => `${from} → ${to}`),
    );
    assert.deepEqual(legal.sort(), [...LEGAL].sort());
  });

  it('throw INTERNAL for any other transition', () => {
    for (const from of STATES) {
      for (const to of STATES) {
        const step = (): void => checkTransition(from, to);
        if (from === to || LEGAL.includes(`${from} → ${to}`)) step();
        else assert.throws(step, { code: 'INTERNAL' });
      }
    }
  });
});

/** How a consumer's runner comes into each state. */
const CONSUMERS: Readonly<Record<RunnerState, { guest: string; reach: (runner: Runner) => unknown }>> = {
  starting: { guest: 'unchanged', reach: () => undefined },
  running: { guest: 'unchanged', reach: runner => runner.ready() },
  restarting: { guest: 'trapsOnEmpty', reach: runner => runner.consume(BATCH) },
  failed: { guest: 'startFails', reach: runner => runner.ready().catch(() => undefined) },
  stopping: { guest: 'unchanged', reach: runner => runner.ready().then(() => void runner.shutdown()) },
  stopped: { guest: 'unchanged', reach: runner => runner.shutdown() },
};

describe('a runner on a worker', () => {
  for (const state of STATES) {
    it(`shuts down once when it is ${state}, also with concurrent calls`, async () => {
      const { guest, reach } = CONSUMERS[state];
      const loaded = await load(guest);
      const runner = createRunner(() => startWorker(loaded, instanceOptions()));
      await reach(runner);
      if (state === 'stopping') await turns(() => runner.state === 'stopping');
      assert.equal(runner.state, state);
      const both = [runner.shutdown(), runner.shutdown()];
      assert.equal(both[0], both[1]);
      assert.deepEqual(await Promise.all(both), [undefined, undefined]);
      assert.equal(runner.state, 'stopped');
      const outcome = await runner.consume(BATCH);
      assert.equal('error' in outcome && outcome.error.code, 'SHUTDOWN');
      assert.equal(runner.state, 'stopped');
    });
  }
});

/** How a receiver's runner comes into each state, and how its start went by then. */
const RECEIVERS: Readonly<
  Record<
    RunnerState,
    { guest: string; reach: (runner: ReceiverRunner) => unknown; started: 'yes' | 'no' | 'refused' }
  >
> = {
  starting: { guest: 'startSleeps', reach: runner => void runner.start(), started: 'yes' },
  running: { guest: 'sleeps', reach: runner => runner.start(), started: 'yes' },
  restarting: { guest: 'traps', reach: runner => runner.start(), started: 'yes' },
  failed: { guest: 'startFails', reach: runner => runner.start().catch(() => undefined), started: 'no' },
  stopping: {
    guest: 'sleeps',
    reach: runner => runner.start().then(() => void runner.shutdown()),
    started: 'refused',
  },
  stopped: {
    guest: 'sleeps',
    reach: runner => runner.start().then(() => runner.shutdown()),
    started: 'refused',
  },
};

describe("a receiver's runner", () => {
  const create = async (
    guest: string,
  ): Promise<{ runner: ReceiverRunner; runs: () => number; failures: () => number }> => {
    let runs = 0;
    let failures = 0;
    const loaded = await load(`receiver/${guest}`, 'receiver');
    const options = {
      ...instanceOptions({ role: 'receiver' }),
      maxInFlightBatches: 4,
      maxInFlightBytes: 4_096,
    };
    const runner = createReceiverRunner(
      () => {
        runs++;
        return startReceiver(loaded, options, () => Promise.resolve());
      },
      {
        shutdownGraceMillis: 1_000,
        onFailure: () => failures++,
        restart: { initialDelayMillis: 60_000, maxDelayMillis: 60_000 },
      },
    );
    return { runner, runs: () => runs, failures: () => failures };
  };

  for (const state of STATES) {
    it(`starts once and shuts down once when it is ${state}, also with concurrent calls`, async () => {
      const { guest, reach, started } = RECEIVERS[state];
      const { runner, runs, failures } = await create(guest);
      await reach(runner);
      if (state === 'restarting') await turns(() => runner.state === state && failures() === 2);
      assert.equal(runner.state, state);
      const runsBefore = runs();
      const starts = [runner.start(), runner.start()];
      if (started !== 'refused') assert.equal(starts[0], starts[1]);
      const codes = await Promise.all(
        starts.map(start =>
          start.then(
            () => 'started',
            (error: { code?: string }) => error.code,
          ),
        ),
      );
      const expected = { yes: 'started', no: 'START_FAILED', refused: 'SHUTDOWN' }[started];
      assert.deepEqual(codes, [expected, expected]);
      assert.equal(runs(), runsBefore);
      const both = [runner.shutdown(), runner.shutdown()];
      assert.equal(both[0], both[1]);
      assert.deepEqual(await Promise.all(both), [undefined, undefined]);
      assert.equal(runner.state, 'stopped');
      await assert.rejects(runner.start(), { code: 'SHUTDOWN' });
      assert.equal(runs(), runsBefore);
    });
  }

  it('stops at once if never started, and does not start later', async () => {
    const { runner, runs } = await create('sleeps');
    assert.equal(runner.state, 'starting');
    assert.equal(await runner.shutdown(), undefined);
    assert.equal(runner.state, 'stopped');
    await assert.rejects(runner.ready(), { code: 'SHUTDOWN' });
    await assert.rejects(runner.start(), { code: 'SHUTDOWN' });
    assert.equal(runs(), 0);
  });

  it('rejects the start and stops when shut down while it starts', async () => {
    const { runner } = await create('startSleeps');
    const start = runner.start();
    const shutdown = runner.shutdown();
    await assert.rejects(start, { code: 'SHUTDOWN' });
    assert.equal(await shutdown, undefined);
    assert.equal(runner.state, 'stopped');
  });
});

async function turns(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}
