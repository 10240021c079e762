import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Role, Signal } from '../../src/abi';
import { TEMPLATES } from '../../src/cli/init/templates';
import { compileToFiles } from '../assembly/compile';
import { describePortability, unportableImports } from '../support/portability';

const ROOT = join(__dirname, '../..');
const ALL: readonly Signal[] = ['traces', 'metrics', 'logs'];
const BUILT_FROM_INIT = 'build/strict-hosts/init';

interface Row {
  readonly role?: Role;
  readonly signals: readonly Signal[];
  readonly config: unknown;
  readonly wrong: readonly unknown[];
  readonly printsBatches?: boolean;
}

const GUESTS: Readonly<Record<string, Row>> = {
  attributes: {
    signals: ALL,
    config: { actions: [{ key: 'team', value: 'web', action: 'upsert' }] },
    wrong: [{ actions: 5 }, { action: [] }],
  },
  filter: {
    signals: ['traces'],
    config: { drop: ['/healthz', { attribute: 'db.system.name', equals: 'postgresql' }] },
    wrong: [{ drop: 5 }, { dorp: ['/healthz'] }],
  },
  'logs-redact': {
    signals: ['logs'],
    config: { minSeverity: 'info', keys: ['user.*'] },
    wrong: [{ minSeverity: 'loud' }, { masks: [] }],
  },
  'metrics-filter': {
    signals: ['metrics'],
    config: { drop: ['process.*'] },
    wrong: [{ drop: 'process.*' }],
  },
  redact: {
    signals: ALL,
    config: { keys: ['user.*', 'http.*'] },
    wrong: [
      { keys: [1] },
      { key: ['a'] },
      { hmacKey: 'short' },
      { keys: [{ key: 'a', action: 'hash' }] },
      { detectors: ['cards'] },
      { preset: 'ai' },
      { values: [{ pattern: 'a+' }] },
    ],
  },
  sample: {
    signals: ['traces'],
    config: { probability: 0.5, slowMillis: 1 },
    wrong: [null, { probability: 2 }, { probability: 1, ratio: 1 }],
  },
  'tail-sample': {
    signals: ['traces'],
    config: { drop: ['/users'], slowMillis: 1, probability: 0.5 },
    wrong: [{ probability: 2 }, { dorp: [] }, { tracesPerSecond: '1' }],
  },
  limit: {
    signals: ['traces', 'logs'],
    config: { perSecond: 1, by: ['name'] },
    wrong: [null, { perSecond: 0 }, { perSecond: 1, burst: 0 }, { perSecond: 1, key: 'a' }],
  },
  dedupe: {
    signals: ['logs'],
    config: { exclude: ['body', 'attributes.http.route', 'attributes.user.email', 'attributes.retry.count'] },
    wrong: [{ intervalSeconds: 0 }, { exclude: ['severity'] }, { interval: 10 }],
  },
  templates: {
    signals: ['traces', 'metrics'],
    config: { attributes: ['*'], maxResults: 1 },
    wrong: [{ attributes: 5 }, { key: ['a'] }],
  },
  'stdout-exporter': { role: 'exporter', signals: ALL, config: null, wrong: [], printsBatches: true },
  heartbeat: {
    role: 'receiver',
    signals: ['traces'],
    config: { name: 'beat', intervalMillis: 1 },
    wrong: [{ intervalMillis: 0 }],
  },
  'process-gauges': {
    role: 'receiver',
    signals: ['metrics'],
    config: { intervalMillis: 1, gauges: [{ name: 'g', value: 1, step: 1 }] },
    wrong: [{ gauges: [{}] }],
  },
  'log-lines': {
    role: 'receiver',
    signals: ['logs'],
    config: { lines: ['one', 'two', 'three'], batchSize: 1 },
    wrong: [{ lines: 'one' }],
  },
};

/** They answer with another signal, on hosts that ask for it: docs/abi-extensions.md. */
const CONNECTORS = ['span-metrics'];

describe('strict hosts (guests in AssemblyScript)', () => {
  before(async function () {
    this.timeout(300_000);
    const script = pathToFileURL(join(ROOT, 'scripts/build-guests.mjs')).href;
    const { buildGuests } = (await import(script)) as {
      buildGuests: (options: { naming: string }) => Promise<string[]>;
    };
    const mine = TEMPLATES['guest/index.ts']({ name: 'mine', otelwasm: '' });
    mkdirSync(join(ROOT, BUILT_FROM_INIT), { recursive: true });
    for (const naming of ['v1', '0.1.0']) {
      await buildGuests({ naming });
      copyFileSync(compileToFiles({ mine }, naming).mine, join(ROOT, BUILT_FROM_INIT, `${naming}.wasm`));
    }
  });

  for (const [guest, { role = 'processor', signals, config, wrong, printsBatches }] of Object.entries(
    GUESTS,
  )) {
    describePortability({
      guest,
      modules: {
        v1: join(ROOT, `build/guests/${guest}.wasm`),
        '0.1.0': join(ROOT, `build/guests/0.1.0/${guest}.wasm`),
      },
      role,
      signals,
      pluginConfig: config,
      wrong,
      printsBatches,
    });
  }

  it('the rules engine imports only what its guests may import', () => {
    for (const naming of ['v1', '0.1.0'])
      assert.deepEqual(unportableImports(join(ROOT, `build/rules/${naming}.wasm`)), []);
  });

  it('covers every built guest', () => {
    const unknown = readdirSync(join(ROOT, 'build/guests'))
      .filter(name => name.endsWith('.wasm'))
      .map(name => basename(name, '.wasm'))
      .filter(name => !(name in GUESTS) && !CONNECTORS.includes(name));
    assert.deepEqual(unknown, []);
  });

  describePortability({
    guest: 'the guest of otelwasm init',
    modules: {
      v1: join(ROOT, BUILT_FROM_INIT, 'v1.wasm'),
      '0.1.0': join(ROOT, BUILT_FROM_INIT, '0.1.0.wasm'),
    },
    role: 'processor',
    signals: ['traces'],
    pluginConfig: { drop: ['/healthz'] },
    wrong: [{ drop: '/healthz' }, { dorp: [] }],
  });
});
