import assert from 'node:assert/strict';
import type { OtelWasmErrorCode } from '../../src/abi/errors';
import type { ConsumeOutcome } from '../../src/guest';
import { createRunner, type Runner } from '../../src/runner';
import { instanceOptions, ISOLATIONS } from './support';

const BATCH = Uint8Array.of(1, 2, 3);
const TIMEOUT_MILLIS = 150;

/** One behaviour of a guest and what comes of it, wherever it runs. */
const CONSUMING: readonly {
  readonly guest: string;
  readonly status: ConsumeOutcome['status'];
  readonly bytes?: readonly number[];
  readonly code?: OtelWasmErrorCode;
  readonly says?: RegExp;
}[] = [
  { guest: 'unchanged', status: 'unchanged' },
  { guest: 'echoesTwice', status: 'changed', bytes: [1, 2, 3, 1, 2, 3] },
  { guest: 'dropsEverything', status: 'changed', bytes: [] },
  {
    guest: 'refusesWithReason',
    status: 'refused',
    code: 'GUEST_STATUS',
    says: /status 1: the first batch: nö/,
  },
  { guest: 'allocReturnsZero', status: 'no_room', code: 'ALLOC_FAILED', says: /3 bytes/ },
  { guest: 'traps', status: 'failed', code: 'GUEST_TRAP', says: /unreachable/ },
  { guest: 'exits', status: 'failed', code: 'GUEST_EXIT', says: /exited with code 3/ },
  { guest: 'loopsInConsume', status: 'failed', code: 'GUEST_TIMEOUT', says: /guestTimeoutMillis \(150\)/ },
];

const STARTING: readonly { readonly guest: string; readonly says: RegExp }[] = [
  { guest: 'startFails', says: /start\(\) returned status 9: no rules given/ },
  { guest: 'trapsInStart', says: /start\(\): the guest trapped: unreachable/ },
  { guest: 'loopsInStart', says: /start\(\): the guest ran longer than startTimeoutMillis \(150\)/ },
];

const ENDING: readonly {
  readonly guest: string;
  readonly code?: OtelWasmErrorCode;
  readonly says?: RegExp;
}[] = [
  { guest: 'unchanged' },
  { guest: 'shutdownFails', code: 'GUEST_STATUS', says: /status 5: not yet/ },
  { guest: 'loopsInShutdown', code: 'GUEST_TIMEOUT', says: /guestTimeoutMillis \(150\)/ },
];

for (const { isolation, prepare } of ISOLATIONS) {
  describe(`a guest that runs ${isolation}`, () => {
    const open: Runner[] = [];
    const run = async (guest: string, pluginConfigJson = 'null'): Promise<Runner> => {
      const start = await prepare(guest);
      const options = instanceOptions({ guestTimeoutMillis: TIMEOUT_MILLIS, pluginConfigJson });
      const runner = createRunner(() => start(options), { restart: { initialDelayMillis: 60_000 } });
      open.push(runner);
      return runner;
    };
    afterEach(() => Promise.all(open.splice(0).map(runner => runner.shutdown())));

    for (const { guest, status, bytes, code, says } of CONSUMING) {
      it(`returns ${status}${code ? ` (${code})` : ''} for ${guest}`, async () => {
        const runner = await run(guest);
        await runner.ready();
        const outcome = await runner.consume(BATCH);
        assert.equal(outcome.status, status);
        assert.deepEqual(outcome.status === 'changed' ? [...outcome.bytes] : undefined, bytes);
        assert.equal('error' in outcome ? outcome.error.code : undefined, code);
        if (says) assert.match('error' in outcome ? outcome.error.message : '', says);
        assert.deepEqual([...BATCH], [1, 2, 3], 'the batch still belongs to the caller');
        assert.equal(runner.state, status === 'failed' ? 'restarting' : 'running');
      });
    }

    for (const { guest, says } of STARTING) {
      it(`reports why ${guest} does not start`, async () => {
        await assert.rejects(
          async () => {
            const runner = await run(guest);
            assert.equal(runner.state, 'starting');
            try {
              await runner.ready();
            } finally {
              assert.equal(runner.state, 'failed');
            }
          },
          (error: Error & { code?: string }) => {
            assert.equal(error.code, 'START_FAILED');
            assert.match(error.message, says);
            return true;
          },
        );
      });
    }

    for (const { guest, code, says } of ENDING) {
      it(`shuts ${guest} down`, async () => {
        const runner = await run(guest);
        const error = await runner.shutdown();
        assert.equal(error?.code, code);
        if (says) assert.match(error?.message ?? '', says);
        assert.equal(runner.state, 'stopped');
        assert.equal(await runner.shutdown(), error);
        const outcome = await runner.consume(BATCH);
        assert.equal('error' in outcome && outcome.error.code, 'SHUTDOWN');
      });
    }

    it('is replaced at once the first time, and with a delay after that', async () => {
      const runner = await run('trapsOnEmpty');
      const empty = new Uint8Array(0);
      const codes: unknown[] = [];
      for (const batch of [BATCH, empty, BATCH, empty]) {
        const outcome = await runner.consume(batch);
        codes.push('error' in outcome ? outcome.error.code : outcome.status);
      }
      assert.deepEqual(codes, ['GUEST_TRAP', 'unchanged', 'GUEST_TRAP', 'GUEST_DOWN']);
      assert.equal(runner.restarts, 1);
    });

    it('gets batches one at a time in order, also while it starts', async () => {
      const runner = await run('echoesTwice');
      const batches = Array.from({ length: 50 }, (_, index) => Uint8Array.of(index));
      const outcomes = await Promise.all(batches.map(batch => runner.consume(batch)));
      assert.deepEqual(
        outcomes.map(outcome => (outcome.status === 'changed' ? [...outcome.bytes] : outcome)),
        batches.map(([index]) => [index, index]),
      );
    });

    it('reads its configuration, and accepts a view of a larger buffer', async () => {
      const runner = await run('worker/echoesConfig', '{"é":1}');
      const outcome = await runner.consume(new Uint8Array(8).subarray(2, 3));
      assert.equal(outcome.status === 'changed' && new TextDecoder().decode(outcome.bytes), '{"é":1}');
    });

    it('reports the size of its memory', async () => {
      const runner = await run('growsByOnePage');
      await runner.consume(BATCH);
      const before = runner.memoryBytes;
      await runner.consume(BATCH);
      assert.equal(runner.memoryBytes - before, 65_536);
    });

    it('logs within limits', async () => {
      const start = await prepare('floodsLog');
      const lines: string[] = [];
      const options = instanceOptions({ log: (level, text) => void lines.push(`${level}: ${text}`) });
      const runner = createRunner(() => start(options));
      await runner.consume(BATCH);
      await runner.shutdown();
      // 200 a second; on a slow day it takes more than one.
      assert.ok(lines.length >= 200 && lines.length <= 602, `${lines.length} lines`);
      assert.equal(lines[0], 'warn: flood');
    });
  });
}
