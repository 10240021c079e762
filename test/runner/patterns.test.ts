import assert from 'node:assert/strict';
import { type Signal, SIGNALS } from '../../src/abi/signal';
import type { InstanceOptions, LoadedGuest } from '../../src/guest';
import { countItems } from '../../src/otlp';
import { createRunner, type RunningInstance, startReceiver } from '../../src/runner';
import { instanceOptions, ISOLATIONS, load } from './support';
import { comparable } from '../support/outcome';

const BATCH = Uint8Array.of(1, 2, 3);

/** Roles by signals: the nine patterns of the ABI, wherever each may run. A receiver blocks its thread: worker only. */
const PATTERNS: readonly {
  readonly role: InstanceOptions['role'];
  readonly isolation: 'inline' | 'worker' | 'process';
  readonly passes: (options: InstanceOptions) => Promise<void>;
}[] = [
  ...ISOLATIONS.flatMap(({ isolation, prepare }) => [
    {
      role: 'processor' as const,
      isolation,
      passes: async (options: InstanceOptions) => {
        const start = await prepare('everyPattern', 'processor', options.signal);
        await consumes(() => start(options), { status: 'changed', bytes: BATCH });
      },
    },
    {
      role: 'exporter' as const,
      isolation,
      // The end of the line: what it returns is ignored.
      passes: async (options: InstanceOptions) => {
        const start = await prepare('everyPattern', 'exporter', options.signal);
        await consumes(() => start(options), { status: 'unchanged' });
      },
    },
  ]),
  {
    role: 'receiver',
    isolation: 'worker',
    passes: async options => receives(await load('everyPattern', 'receiver', options.signal), options),
  },
];

describe('the nine patterns', () => {
  for (const { role, isolation, passes } of PATTERNS) {
    for (const signal of SIGNALS) {
      it(`${signal} ${role}, ${isolation}`, async () => {
        await passes(instanceOptions({ role, signal }));
      });
    }
  }
});

async function consumes(start: () => RunningInstance, expected: object): Promise<void> {
  const runner = createRunner(start);
  await runner.ready();
  assert.deepEqual(comparable(await runner.consume(BATCH)), expected);
  assert.equal(await runner.shutdown(), undefined);
}

async function receives(guest: LoadedGuest, options: InstanceOptions): Promise<void> {
  const { signal }: { signal: Signal } = options;
  const credits = { maxInFlightBatches: 1, maxInFlightBytes: 1_024 };
  const emitted = await new Promise<Uint8Array>(resolve => {
    const run = startReceiver(guest, { ...options, ...credits }, async bytes => {
      run.requestShutdown();
      assert.deepEqual(await run.ended, { status: 'returned' });
      resolve(bytes);
    });
  });
  assert.equal(countItems(signal, emitted), 1);
}
