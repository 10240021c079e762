import assert from 'node:assert/strict';
import type { Signal } from '../../src/abi/signal';
import { countItems } from '../../src/otlp';
import { withoutTimes } from '../support/portability';
import { host, needs } from './guests';
import { hasWazero, runInWazero } from './wazero';

const receivers: readonly { guest: string; signal: Signal; pluginConfig: object; text: string }[] = [
  {
    guest: 'go/heartbeat',
    signal: 'traces',
    pluginConfig: { intervalMillis: 10, hearts: 3 },
    text: 'heart-2',
  },
  {
    guest: 'c/ticker',
    signal: 'logs',
    pluginConfig: { intervalMillis: 10, body: 'tick "é"' },
    text: 'tick "é"',
  },
  { guest: 'rust/uptime', signal: 'metrics', pluginConfig: { intervalMillis: 10, metric: 'up' }, text: 'up' },
];

describe('receivers in several languages', function () {
  for (const { guest, signal, pluginConfig, text } of receivers) {
    const config = pluginConfig;

    it(`${guest} emits ${signal} at intervals until shutdown is requested`, function () {
      needs(this, guest);
      const emitted: Buffer[] = [];
      const slept: number[] = [];
      const { instance } = host(guest, {
        role: 'receiver',
        signal,
        pluginConfig,
        guestTimeoutMillis: 0,
        emit: (_, bytes) => emitted.push(Buffer.from(bytes)),
        sleep: millis => {
          slept.push(millis);
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, millis);
        },
        shutdownRequested: () => emitted.length >= 9,
      });
      instance.runReceiver();
      assert.equal(emitted.length, 9);
      assert.ok(slept.length > 0);
      for (const bytes of emitted) assert.equal(countItems(signal, bytes), 1);
      assert.ok(emitted.some(bytes => bytes.includes(text)));
      assert.equal(instance.shutdown(), undefined);
    });

    it(`${guest} also runs on wazero (skipped without Go, which builds it)`, function () {
      needs(this, guest);
      if (!hasWazero()) this.skip();
      const [{ error, emitted }] = runInWazero([{ guest, role: 'receiver', signal, config, emissions: 5 }]);
      assert.equal(error, undefined);
      assert.ok(emitted.length >= 5);
      for (const bytes of emitted) assert.equal(countItems(signal, Buffer.from(bytes, 'base64')), 1);
    });
  }

  const strict = [
    ...receivers.map(receiver => ({ ...receiver, named010: `${receiver.guest}-0.1.0` })),
    {
      guest: 'heartbeat',
      named010: '0.1.0/heartbeat',
      signal: 'traces',
      pluginConfig: { intervalMillis: 10 },
    },
    {
      guest: 'log-lines',
      named010: '0.1.0/log-lines',
      signal: 'logs',
      pluginConfig: { lines: ['a', 'b', 'c'] },
    },
    {
      guest: 'process-gauges',
      named010: '0.1.0/process-gauges',
      signal: 'metrics',
      pluginConfig: { gauges: [{ name: 'a', value: 1 }], intervalMillis: 10 },
    },
  ] as const;
  for (const { guest, named010, signal, pluginConfig } of strict) {
    it(`${guest} emits the same on strict wazero hosts, with and without start(), for any size of configuration`, function () {
      needs(this, guest, named010);
      if (!hasWazero()) this.skip();
      const job = { role: 'receiver', signal, config: pluginConfig, emissions: 3 } as const;
      const strictJobs = (['v1', '0.1.0'] as const).flatMap(profile =>
        [true, false].flatMap(start =>
          [0, 6_000, 100_000].map(paddingBytes => ({
            ...job,
            ...{ guest: profile === 'v1' ? guest : named010, profile, start, paddingBytes },
          })),
        ),
      );
      const [here, ...there] = runInWazero([{ ...job, guest }, ...strictJobs]).map(({ error, emitted }) => {
        assert.equal(error, undefined);
        return emitted.slice(0, 3).map(bytes => withoutTimes(signal, Buffer.from(bytes, 'base64')));
      });
      assert.ok(here.length > 0);
      for (const [index, emitted] of there.entries())
        assert.deepEqual(
          emitted.slice(0, here.length),
          here.slice(0, emitted.length),
          JSON.stringify(strictJobs[index]),
        );
    });
  }

  it('a receiver in C rejects an interval that is not a number', function () {
    needs(this, 'c/ticker');
    const options = { role: 'receiver', signal: 'logs', pluginConfig: { intervalMillis: 'soon' } } as const;
    assert.throws(() => host('c/ticker', options), { code: 'START_FAILED', message: /intervalMillis/ });
  });
});
