import assert from 'node:assert/strict';
import { OtelWasmError } from '../../src/abi/errors';
import { assertKnownOptions, resolveGuestOptions } from '../../src/pipeline/options';
import { withEnvironment } from '../support/environment';
import { type BatchOptions, resolveBatchOptions } from '../../src/adapters/batching';

const resolve = (options: object) => resolveGuestOptions(options);

describe('guest options', () => {
  it('have defaults', () => {
    const defaults = {
      pluginConfigJson: 'null',
      isolation: 'inline',
      guestTimeoutMillis: 1_000,
      maxMemoryBytes: 268_435_456,
      recycleMemoryBytes: 201_326_592,
      onError: 'drop',
      restart: { initialDelayMillis: 100, maxDelayMillis: 30_000, healthyMillis: 60_000 },
      checkOutput: 'envelopes',
      maxPendingBytes: 67_108_864,
    };
    const resolved = resolve({});
    for (const [name, value] of Object.entries(defaults))
      assert.deepEqual(resolved[name as keyof typeof resolved], value, name);
    assert.deepEqual([resolved.wasi.env, resolved.wasi.args], [{}, []]);
  });

  it('accept any configuration that JSON can represent', () => {
    const json = (pluginConfig: unknown) => resolve({ pluginConfig }).pluginConfigJson;
    assert.equal(
      json({ drop: ['/healthz'], n: 1.5, nested: { é: null } }),
      '{"drop":["/healthz"],"n":1.5,"nested":{"é":null}}',
    );
    assert.equal(json(undefined), 'null');
    assert.equal(json(0), '0');
    assert.equal(json(''), '""');
  });

  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  const wrong: [Record<string, unknown>, RegExp][] = [
    [
      { guestTimeoutMillis: 0 },
      /^guestTimeoutMillis is 0: allowed is a number above 0 and at most 2147483647$/,
    ],
    [{ guestTimeoutMillis: 2 ** 31 }, /^guestTimeoutMillis is 2147483648: allowed .* at most 2147483647$/],
    [{ guestTimeoutMillis: '50' }, /^guestTimeoutMillis is "50": allowed/],
    [{ maxMemoryBytes: -1 }, /^maxMemoryBytes is -1: allowed/],
    [{ maxMemoryBytes: NaN }, /^maxMemoryBytes is NaN: allowed/],
    [{ maxMemoryBytes: Infinity }, /^maxMemoryBytes is Infinity: allowed/],
    [{ recycleMemoryBytes: null }, /^recycleMemoryBytes is null: allowed/],
    [{ maxPendingBytes: 1n }, /^maxPendingBytes is 1n?: allowed/],
    [{ onError: 'pass' }, /^onError is "pass": allowed is "drop" or "passthrough"$/],
    [{ onError: null }, /^onError is null: allowed/],
    [{ isolation: 'thread' }, /^isolation is "thread": allowed is "inline" or "worker"/],
    [{ checkOutput: 'no' }, /^checkOutput is "no": allowed is "envelopes" or "items"$/],
    [
      { pluginConfig: cyclic },
      /^pluginConfig\.self contains itself: allowed is any value that JSON can hold/,
    ],
    [{ pluginConfig: { keys: new Set(['a']) } }, /^pluginConfig\.keys is Set\(1\) .*: allowed/],
    [{ pluginConfig: [new Map()] }, /^pluginConfig\[0\] is Map.*: allowed/],
    [{ pluginConfig: { at: [new Date(0)] } }, /^pluginConfig\.at\[0\] is 1970.*: allowed/],
    [{ pluginConfig: { ratio: NaN } }, /^pluginConfig\.ratio is NaN: allowed/],
    [{ pluginConfig: new (class Rules {})() }, /^pluginConfig is Rules \{\}: allowed/],
    [{ pluginConfig: 1n }, /^pluginConfig is 1n?: allowed/],
    [{ pluginConfig: () => 1 }, /^pluginConfig is .*unction.*: allowed/],
    [{ wasi: { files: '/' } }, /^option "files" does not exist: allowed are env, args/],
    [{ wasi: 7 }, /^wasi is 7: allowed is an object$/],
    [{ wasi: { env: { A: 1 } } }, /^wasi\.env is \{.*1.*\}: allowed is an object of strings$/],
    [{ wasi: { env: null } }, /^wasi\.env is null: allowed/],
    [{ wasi: { env: { 'A=B': 'c' } } }, /^a name in wasi\.env is "A=B": allowed is text without "="$/],
    [{ wasi: { env: { '': 'c' } } }, /^a name in wasi\.env is "": allowed/],
    [{ wasi: { env: { 'A\0': 'c' } } }, /^a name in wasi\.env is "A.*0": allowed/],
    [{ wasi: { args: 'a' } }, /^wasi\.args is "a": allowed is an array of strings$/],
    [{ wasi: { args: ['a\0b'] } }, /^wasi\.args is .*: allowed/],
    [{ restart: { initialDelayMillis: -5 } }, /^restart\.initialDelayMillis is -5: allowed/],
    // A timer that is set for longer fires at once.
    [{ restart: { initialDelayMillis: 2 ** 31 } }, /^restart\.initialDelayMillis is .* at most 2147483647$/],
    [{ restart: { maxDelayMillis: 1e12 } }, /^restart\.maxDelayMillis is .* at most 2147483647$/],
    [{ restart: { healthyMillis: 2 ** 31 } }, /^restart\.healthyMillis is .* at most 2147483647$/],
    [
      { restart: { delay: 5 } },
      /^option "delay" does not exist: allowed are initialDelayMillis, maxDelayMillis, healthyMillis$/,
    ],
    [{ restart: null }, /^restart is null: allowed is an object$/],
    [{ wasi: null }, /^wasi is null: allowed is an object$/],
  ];
  for (const [options, message] of wrong) {
    it(`reject ${Object.keys(options)[0]}: ${String(message)}`, () => {
      assert.throws(
        () => resolve(options),
        (error: unknown) => {
          assert.ok(error instanceof OtelWasmError, String(error));
          assert.equal(error.code, 'INVALID_OPTION');
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  it('that do not exist are rejected with the list of known ones', () => {
    assert.throws(() => assertKnownOptions({ onerror: 'drop' }, ['onError', 'wasi']), {
      code: 'INVALID_OPTION',
      message: 'option "onerror" does not exist: allowed are onError, wasi',
    });
    for (const options of [null, 'text', 3] as unknown[] as object[])
      assert.throws(() => assertKnownOptions(options, []), {
        code: 'INVALID_OPTION',
        message: /allowed is an object/,
      });
  });
});

describe('batch options', () => {
  const BSP = {
    OTEL_BSP_MAX_QUEUE_SIZE: '100',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '10',
    OTEL_BSP_SCHEDULE_DELAY: '70',
    OTEL_BSP_EXPORT_TIMEOUT: '900',
  };
  const resolved = (environment: Record<string, string>, options: BatchOptions = {}) =>
    withEnvironment(environment, () =>
      resolveBatchOptions(options, { environment: 'OTEL_BSP', scheduledDelayMillis: 5_000 }),
    );

  it('have the defaults of the specification', () => {
    assert.deepEqual(resolved({}), {
      maxQueueSize: 2_048,
      maxExportBatchSize: 512,
      scheduledDelayMillis: 5_000,
      exportTimeoutMillis: 30_000,
    });
  });

  it('come from the environment, overridden by options', () => {
    assert.deepEqual(resolved(BSP), {
      maxQueueSize: 100,
      maxExportBatchSize: 10,
      scheduledDelayMillis: 70,
      exportTimeoutMillis: 900,
    });
    assert.equal(resolved(BSP, { maxQueueSize: 50 }).maxQueueSize, 50);
    assert.deepEqual(
      withEnvironment({ OTEL_BLRP_SCHEDULE_DELAY: '30' }, () =>
        resolveBatchOptions({}, { environment: 'OTEL_BLRP', scheduledDelayMillis: 1_000 }),
      ).scheduledDelayMillis,
      30,
    );
  });

  it('ignore invalid values of the environment', () => {
    for (const value of ['0', '-1', '0.5', 'many', ' '])
      assert.equal(resolved({ OTEL_BSP_MAX_QUEUE_SIZE: value }).maxQueueSize, 2_048, value);
    assert.equal(resolved({ OTEL_BSP_EXPORT_TIMEOUT: '1e10' }).exportTimeoutMillis, 30_000);
  });

  it('limit batches to the size of the queue', () => {
    assert.equal(resolved({}, { maxQueueSize: 5 }).maxExportBatchSize, 5);
  });

  it('reject invalid values and quote them', () => {
    const wrong: [keyof BatchOptions, unknown, string][] = [
      ['maxQueueSize', 0, 'a whole number above 0'],
      ['maxQueueSize', 0.5, 'a whole number above 0'],
      ['maxExportBatchSize', -3, 'a whole number above 0'],
      ['scheduledDelayMillis', NaN, 'a number above 0 and at most 2147483647'],
      ['exportTimeoutMillis', 1e10, 'a number above 0 and at most 2147483647'],
    ];
    for (const [name, value, allowed] of wrong) {
      assert.throws(() => resolved({}, { [name]: value }), {
        code: 'INVALID_OPTION',
        message: `${name} is ${String(value)}: allowed is ${allowed}`,
      });
    }
  });
});
