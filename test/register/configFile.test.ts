import assert from 'node:assert/strict';
import { built } from '../support/built';
import { ExampleFolder } from '../support/docs';
import { type OtlpServer, startOtlpServer } from '../support/otlpServer';
import { everyOther } from './runApp';

/** One item of each signal that the guests let pass, and one that they must not. */
const APP = `
const { trace, metrics } = require('@opentelemetry/api');
const { logs = require('@opentelemetry/api-logs').logs } = require('@opentelemetry/api');
trace.getTracer('app').startSpan('GET /users', { attributes: { 'url.path': '/users' } }).end();
trace.getTracer('app').startSpan('GET /secret', { attributes: { 'url.path': '/healthz' } }).end();
metrics.getMeter('app').createCounter('requests').add(1);
metrics.getMeter('app').createCounter('secret').add(1);
logs.getLogger('app').emit({ severityNumber: 17, body: 'failed' });
logs.getLogger('app').emit({ severityNumber: 5, body: 'secret' });
`;
const OTLP = (signal: string): string => `{ otlp_http: { endpoint: "\${SINK}/v1/${signal}" } }`;
// Relative to the file, not to where the app starts.
const FILTER = 'guest: ../filter.wasm, plugin_config: { drop: ["/${HEALTH:-healthz}"] }';
const TRACES = `
tracer_provider:
  processors:
    - wasm: { ${FILTER}, exporter: ${OTLP('traces')} }
`;
const ALL = `
file_format: "1.0"
resource:
  attributes:
    - { name: service.name, value: "costs $$5" }
${TRACES}
meter_provider:
  readers:
    - periodic:
        exporter:
          wasm:
            guest: ../metrics-filter.wasm
            plugin_config: { drop: [secret] }
            exporter: ${OTLP('metrics')}
logger_provider:
  processors:
    - batch:
        schedule_delay: 60000
        exporter:
          wasm:
            guest: ../logs-redact.wasm
            plugin_config: { minSeverity: warn }
            exporter: ${OTLP('logs')}
`;
const traces = (processor: string): string =>
  `file_format: "1.0"\ntracer_provider:\n  processors:\n    - ${processor}\n`;
const PLAIN = `batch: { exporter: ${OTLP('traces')} }`;
const wasm = (entry: string): string => traces(`wasm: { ${entry}, exporter: ${OTLP('traces')} }`);

/** What prevents an app from starting: the file, the message, other variables. */
const REFUSED: readonly (readonly [string, string, RegExp, Record<string, string>?])[] = [
  [
    'an unknown key',
    wasm(`${FILTER}, on_eror: drop`),
    /sdk\.yaml:\d+: tracer_provider\.processors\.0\.wasm has no "on_eror".*INVALID_OPTION/,
  ],
  ['no guest', wasm('plugin_config: {}'), /wasm must have required property 'guest'/],
  ['no exporter', traces(`wasm: { ${FILTER} }`), /wasm must have required property 'exporter'/],
  ['a missing guest file', wasm('guest: nope.wasm'), /etc\/nope\.wasm.*GUEST_NOT_FOUND/],
  ['a guest of another signal', wasm('guest: ../metrics-filter.wasm'), /consume_traces.*ABI_MISMATCH/],
  [
    'a configuration that the guest rejects',
    wasm('guest: ../filter.wasm, plugin_config: { dorp: [] }'),
    /dorp.*START_FAILED/,
  ],
  [
    'an exporter without a guest beside one with',
    ALL.replace(TRACES, `${TRACES}    - ${PLAIN}\n`),
    /processors\.1 sends traces unfiltered/,
  ],
  ['a guest at the wrong position', `${ALL}propagator: { wasm: {} }\n`, /propagator\.wasm cannot be a/],
  [
    "a name like a Collector's",
    traces(`wasm/filter: { ${FILTER}, exporter: ${OTLP('traces')} }`),
    /processors\.0\.wasm\/filter cannot be a guest/,
  ],
  [
    'an exporter that the SDK does not have',
    traces(`wasm: { ${FILTER}, exporter: { zipkin: } }`),
    /the SDK created no provider for traces/,
  ],
  ['another mistake', ALL.replace('"1.0"', '"9.0"'), /the SDK created no provider for traces/],
  ['broken YAML', '{', /sdk\.yaml: broken YAML/],
  ['a missing file', ALL, /nope\.yaml/, { OTEL_CONFIG_FILE: 'nope.yaml' }],
  [
    'guests also in the environment',
    ALL,
    /OTELWASM_\* names guests for logs/,
    { OTELWASM_LOGS_GUEST: 'logs-redact.wasm' },
  ],
  [
    'another SDK before it',
    ALL,
    /another SDK was registered first for traces and metrics and logs.*SDK_CONFLICT/,
    { NODE_OPTIONS: '--require ./other.cjs' },
  ],
];

describe('otelwasm/register with OTEL_CONFIG_FILE', () => {
  let server: OtlpServer;
  let folder: ExampleFolder;
  before(function () {
    this.timeout(120_000);
    built();
    folder = new ExampleFolder(
      new Map([
        ['app.js', APP],
        ['other.cjs', "new (require('@opentelemetry/sdk-node').NodeSDK)().start();"],
      ]),
    );
  });
  after(() => folder.remove());
  beforeEach(async () => {
    server = await startOtlpServer();
  });
  afterEach(() => server.close());

  const run = (
    yaml: string,
    variables: Record<string, string> = {},
    command = 'node --import otelwasm/register app.js',
  ): ReturnType<ExampleFolder['run']> => {
    folder.write('etc/sdk.yaml', yaml);
    return folder.run(command, { OTEL_CONFIG_FILE: 'etc/sdk.yaml', SINK: server.url, ...variables });
  };
  const sent = (): string =>
    server.requests.map(({ payload }) => Buffer.from(payload).toString('latin1')).join('\n');

  it('inserts guests before the exporters of all signals and leaves the rest to the SDK', async () => {
    await run(ALL);
    const paths = new Set(server.requests.map(({ path }) => path));
    assert.deepEqual(paths, new Set(['/v1/traces', '/v1/metrics', '/v1/logs']));
    for (const wanted of [/GET \/users/, /requests/, /failed/, /costs \$5/]) assert.match(sent(), wanted);
    assert.doesNotMatch(sent(), /secret/);
  });

  it('chains guests and leaves no file behind', async () => {
    const next = `{ wasm: { guest: ../filter.wasm, plugin_config: { drop: [/users] }, exporter: ${OTLP('traces')} } }`;
    folder.write('temporary/.keep', '');
    await run(
      traces(`wasm: { ${FILTER}, exporter: ${next} }`),
      { TMPDIR: `${folder.path}/temporary` },
      'node --import otelwasm/register app.js; test "$(ls temporary)" = ""',
    );
    assert.equal(sent(), '');
  });

  it('prints with the console exporter', async () => {
    const { stdout } = await run(
      traces(`simple: { exporter: { wasm: { ${FILTER}, exporter: { console: } } } }`),
    );
    assert.match(stdout, /GET \/users/);
    assert.doesNotMatch(stdout, /secret/);
  });

  it('keeps a guest that two signals share through a YAML alias', async () => {
    const yaml = `file_format: "1.0"
tracer_provider: { processors: [&one { batch: { exporter: { wasm: { ${FILTER}, exporter: { console: } } } } }] }
logger_provider: { processors: [*one] }
`;
    // The filter is for spans: for log records it does not load, which shows that it is asked for.
    await assert.rejects(run(yaml), /consume_logs.*ABI_MISMATCH/);
  });

  it('reports what is lost when the process exits at once', async () => {
    folder.write('exits.js', `${APP}process.exit(0);`);
    const { stderr } = await run(ALL, {}, 'node --import otelwasm/register exits.js');
    assert.match(stderr, /exited and lost 2 spans, 2 log records, the metrics since/);
    assert.equal(sent(), '');
  });

  it('starts nothing when the file sets disabled', async () => {
    await run(`disabled: true\n${ALL}`);
    assert.equal(sent(), '');
  });

  it('ignores a file without guests and logs a line', async () => {
    const { stderr } = await run(traces(PLAIN), {
      OTELWASM_TRACES_GUEST: 'filter.wasm',
      OTELWASM_TRACES_CONFIG: '{"drop":["/healthz"]}',
      OTEL_EXPORTER_OTLP_ENDPOINT: server.url,
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    });
    assert.match(stderr, /^otelwasm\/register: OTEL_CONFIG_FILE is ignored because it has no guest: .*\n$/);
    assert.match(sent(), /GET \/users/);
    assert.doesNotMatch(sent(), /secret/);
  });

  for (const [what, yaml, message, variables] of everyOther(REFUSED)) {
    it(`${what} prevents the app from starting, and nothing is sent`, async () => {
      const failure = await run(yaml, variables).then(
        () => assert.fail('it started'),
        (error: { code: number; stderr: string }) => error,
      );
      assert.equal(failure.code, 1, failure.stderr);
      const lines = failure.stderr.split('\n').filter(line => line.startsWith('otelwasm/register: '));
      assert.equal(lines.length, 1, failure.stderr);
      assert.match(lines[0], message);
      assert.equal(sent(), '');
    });
  }
}).timeout(60_000);
