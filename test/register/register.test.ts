import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { spanNames } from '../support/decodeOtlp';
import { ExampleFolder } from '../support/docs';
import { guest } from '../support/guests';
import { type OtlpServer, startOtlpServer } from '../support/otlpServer';
import { everyOther } from './runApp';

const APP = `
const { trace } = require('@opentelemetry/api');
const tracer = trace.getTracer('app');
for (const path of ['/users', '/healthz'])
  tracer.startSpan('GET ' + path, { attributes: { 'url.path': path } }).end();
`;
const SERVER = `${APP}
require('node:http').createServer().listen(0, () => console.log('listening'));
`;
const BATCHES = `
const tracer = require('@opentelemetry/api').trace.getTracer('app');
for (let i = 0; i < 20; i++) tracer.startSpan('GET /users').end();
require('node:http').createServer().listen(0, () => console.log('listening'));
`;
const ALL_SIGNALS = `${APP}
const { metrics } = require('@opentelemetry/api');
const { logs = require('@opentelemetry/api-logs').logs } = require('@opentelemetry/api');
metrics.getMeter('app').createCounter('requests').add(2);
metrics.getMeter('app').createCounter('noise').add(2);
logs.getLogger('app').emit({ severityNumber: 17, body: 'failed' });
logs.getLogger('app').emit({ severityNumber: 5, body: 'debugging' });
`;
const SECRETS = `
const { trace } = require('@opentelemetry/api');
const { logs = require('@opentelemetry/api-logs').logs } = require('@opentelemetry/api');
trace.getTracer('app').startSpan('mail to jane@example.com', { attributes: { 'db.password': 'hunter2' } }).end();
logs.getLogger('app').emit({ severityNumber: 17, body: 'card 4111 1111 1111 1111!' });
`;
const DROP = { OTELWASM_TRACES_GUEST: 'filter.wasm', OTELWASM_TRACES_CONFIG: '{"drop":["/healthz"]}' };

describe('otelwasm/register', () => {
  let server: OtlpServer;
  let folder: ExampleFolder;
  before(() => {
    folder = new ExampleFolder(
      new Map([
        ['app.js', APP],
        ['server.js', SERVER],
        ['all.js', ALL_SIGNALS],
        ['secrets.js', SECRETS],
        ['batches.js', BATCHES],
        ['spansInWorker.js', `new (require('node:worker_threads').Worker)('./app.js');`],
        ['worker.js', "new (require('node:worker_threads').Worker)('console.log(1)', { eval: true });"],
      ]),
    );
  });
  after(() => folder.remove());
  beforeEach(async () => {
    server = await startOtlpServer();
  });
  afterEach(() => server.close());

  const environment = () => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: server.url,
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
  });
  const run = (command: string, variables: Record<string, string>) =>
    folder.run(command, { ...environment(), ...variables });
  const sent = () => server.requests.flatMap(({ payload }) => spanNames(payload));

  for (const flag of ['--import', '--require']) {
    it(`${flag}: spans pass the guest and are sent before the app ends`, async () => {
      await run(`node ${flag} otelwasm/register app.js`, DROP);
      assert.deepEqual(sent(), ['GET /users']);
    });
  }

  it('serves all three signals', async () => {
    await run('node --import otelwasm/register all.js', {
      ...DROP,
      OTELWASM_METRICS_GUEST: 'metrics-filter.wasm',
      OTELWASM_METRICS_CONFIG: '{"drop":["noise"]}',
      OTELWASM_LOGS_GUEST: 'logs-redact.wasm',
      OTELWASM_LOGS_CONFIG: '{"minSeverity":"warn"}',
      OTELWASM_LOGS_ISOLATION: 'worker',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_LOGS_EXPORTER: '',
    });
    const bodies = server.requests.map(({ path, payload }) => [
      path,
      Buffer.from(payload).toString('latin1'),
    ]);
    const all = (path: string) =>
      bodies
        .filter(([at]) => at === path)
        .map(([, body]) => body)
        .join();
    assert.deepEqual([...new Set(bodies.map(([path]) => path))].sort(), [
      '/v1/logs',
      '/v1/metrics',
      '/v1/traces',
    ]);
    assert.match(all('/v1/metrics'), /requests/);
    assert.doesNotMatch(all('/v1/metrics'), /noise/);
    assert.match(all('/v1/logs'), /failed/);
    assert.doesNotMatch(all('/v1/logs'), /debugging/);
  });

  it('asks a sampler guest about root spans, with and without other guests', async () => {
    const sampler = {
      OTELWASM_SAMPLER_GUEST: 'filter.wasm',
      OTELWASM_SAMPLER_CONFIG: '{"drop":["/healthz"]}',
    };
    await run('node --import otelwasm/register app.js', sampler);
    assert.deepEqual(sent(), ['GET /users']);
    await run('node --import otelwasm/register app.js', {
      ...sampler,
      OTELWASM_TRACES_GUEST: 'filter.wasm',
      OTELWASM_TRACES_CONFIG: '{"drop":["/users"]}',
    });
    assert.deepEqual(sent(), ['GET /users']);
  });

  it('accepts shipped guests by name', async () => {
    await run('node --import otelwasm/register app.js', {
      OTELWASM_TRACES_GUEST: 'otelwasm:filter, otelwasm:filter',
      OTELWASM_TRACES_CONFIG: '[{"drop":["/healthz"]},{"drop":["/nothing"]}]',
    });
    assert.deepEqual(sent(), ['GET /users']);
  });

  it('redacts without a configuration', async () => {
    await run('node --import otelwasm/register secrets.js', {
      OTELWASM_TRACES_GUEST: 'otelwasm:redact',
      OTELWASM_LOGS_GUEST: 'otelwasm:redact',
      OTEL_LOGS_EXPORTER: 'otlp',
    });
    const sentBytes = server.requests.map(({ payload }) => Buffer.from(payload).toString('latin1')).join('');
    assert.match(sentBytes, /mail to \*\*\*/);
    assert.match(sentBytes, /card \*\*\*!/);
    assert.doesNotMatch(sentBytes, /jane@example\.com|hunter2|4111/);
  });

  it('chains guests with a configuration each', async () => {
    await run('node --import otelwasm/register app.js', {
      OTELWASM_TRACES_GUEST: 'filter.wasm, filter.wasm',
      OTELWASM_TRACES_CONFIG: '[{"drop":["/healthz"]},{"drop":["/users"]}]',
    });
    assert.deepEqual(sent(), []);
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`${signal} sends queued telemetry, then ends the process as without otelwasm`, async () => {
      const app = spawn(process.execPath, ['--import', 'otelwasm/register', 'server.js'], {
        cwd: folder.path,
        env: { ...environment(), ...DROP },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(createInterface(app.stdout), 'line');
      app.kill(signal);
      const [, endedBy] = (await once(app, 'exit')) as [number | null, string | null];
      assert.equal(endedBy, signal);
      assert.deepEqual(sent(), ['GET /users']);
    });
  }

  it('abandons a shutdown that takes longer than the export timeout', async () => {
    const silent = createServer().listen(0);
    await once(silent, 'listening');
    const app = spawn(process.execPath, ['--import', 'otelwasm/register', 'batches.js'], {
      cwd: folder.path,
      env: {
        ...DROP,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
        OTEL_EXPORTER_OTLP_TIMEOUT: '300',
        OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    app.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    await once(createInterface(app.stdout), 'line');
    const begun = performance.now();
    app.kill('SIGTERM');
    const [, endedBy] = (await once(app, 'close')) as [number | null, string | null];
    silent.close();
    assert.equal(endedBy, 'SIGTERM');
    assert.match(stderr, /the shutdown took longer than 300 ms and was abandoned/);
    // 20 batches would take 20 times as long.
    assert.ok(performance.now() - begun < 20 * 300);
  });

  describe('OTEL_TRACES_EXPORTER', () => {
    it('console prints what the guest returns', async () => {
      const { stdout } = await run('node --import otelwasm/register app.js', {
        ...DROP,
        OTEL_TRACES_EXPORTER: 'console',
      });
      assert.match(stdout, /name: 'GET \/users'/);
      assert.doesNotMatch(stdout, /healthz/);
      assert.deepEqual(sent(), []);
    });

    it('none starts no guest and logs a line', async () => {
      const { stderr } = await run('node --import otelwasm/register app.js', {
        OTELWASM_TRACES_GUEST: 'nope.wasm',
        OTEL_TRACES_EXPORTER: 'none',
      });
      assert.match(
        stderr,
        /^otelwasm\/register: OTEL_TRACES_EXPORTER is none: the guests for traces are not started\n/,
      );
      assert.deepEqual(sent(), []);
    });

    it('anything else logs a line, and the guest filters', async () => {
      const { stderr } = await run('node --import otelwasm/register app.js', {
        ...DROP,
        OTEL_TRACES_EXPORTER: 'zipkin',
      });
      assert.match(stderr, /^otelwasm\/register: OTEL_TRACES_EXPORTER is zipkin, which is ignored: .*\n$/);
      assert.deepEqual(sent(), ['GET /users']);
    });
  });

  it('logs which variables of the exporter are ignored', async () => {
    const { stderr } = await run('node --import otelwasm/register app.js', {
      ...DROP,
      OTEL_EXPORTER_OTLP_CERTIFICATE: '/nowhere/ca.pem',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'brotli',
    });
    assert.match(stderr, /root certificate/);
    assert.match(stderr, /COMPRESSION.*brotli/);
    assert.deepEqual(sent(), ['GET /users']);
  });

  it('passes logs of a guest in start() to the logger of OTEL_LOG_LEVEL', async () => {
    folder.write('logs.wasm', await guest('logsEverywhere'));
    const { stdout } = await run('node --import otelwasm/register app.js', {
      OTELWASM_TRACES_GUEST: 'logs.wasm',
      OTEL_LOG_LEVEL: 'info',
    });
    assert.match(stdout, /start$/m);
  });

  it('starts nothing without a guest and logs a line', async () => {
    const { stderr } = await run('node --import otelwasm/register app.js', {});
    assert.match(stderr, /no guest is configured/);
    assert.deepEqual(sent(), []);
  });

  it('starts nothing when the SDK is disabled', async () => {
    await run('node --import otelwasm/register app.js', { ...DROP, OTEL_SDK_DISABLED: 'true' });
    assert.deepEqual(sent(), []);
  });

  it('filters telemetry of worker threads, and logs only once that no guest is configured', async () => {
    await run('node --import otelwasm/register spansInWorker.js', DROP);
    assert.deepEqual(sent(), ['GET /users']);
    const { stderr } = await run('node --import otelwasm/register worker.js', {});
    assert.equal(stderr.trim().split('\n').length, 1);
  });

  for (const [what, variables, message] of everyOther([
    ['a missing guest', { OTELWASM_TRACES_GUEST: 'nope.wasm' }, /nope\.wasm.*GUEST_NOT_FOUND/],
    ['a mistyped variable', { ...DROP, OTELWASM_TRACE_CONFIG: '{}' }, /OTELWASM_TRACE_CONFIG does not exist/],
    [
      'a guest of another signal',
      { OTELWASM_LOGS_GUEST: 'filter.wasm', OTEL_LOGS_EXPORTER: 'otlp' },
      /consume_logs.*ABI_MISMATCH/,
    ],
    ['broken JSON', { ...DROP, OTELWASM_TRACES_CONFIG: '{"drop":' }, /OTELWASM_TRACES_CONFIG.*column 9/],
    [
      'a configuration that the guest rejects',
      { ...DROP, OTELWASM_TRACES_CONFIG: '{"dorp":[]}' },
      /dorp.*START_FAILED/,
    ],
    ['a missing file', { OTELWASM_CONFIG_FILE: 'nope.yaml' }, /nope\.yaml/],
  ] as const)) {
    it(`${what} prevents the app from starting, in one line`, async () => {
      const failure = await run('node --import otelwasm/register app.js', variables).then(
        () => assert.fail('it started'),
        (error: { code: number; stderr: string }) => error,
      );
      assert.equal(failure.code, 1);
      assert.match(failure.stderr, message);
      assert.equal(failure.stderr.trim().split('\n').length, 1, failure.stderr);
      assert.deepEqual(sent(), []);
    });
  }
}).timeout(30_000);
