import assert from 'node:assert/strict';
import { built } from '../support/built';
import { ExampleFolder } from '../support/docs';
import { ALL_PLANTED, PLANTED_IN_RESOURCE, plantedIn, PLANTS } from './plantedSecrets';
import { inParallel, type Outcome, runApp } from './runApp';

/** Another SDK, as apps and operators start one: every signal to the endpoint of the environment. */
const OTHER_CJS = `
const { NodeSDK } = require('@opentelemetry/sdk-node');
const sdk = new NodeSDK();
sdk.start();
process.once('beforeExit', () => sdk.shutdown());
`;
/** Since 0.300 not the classes that `require` has. */
const OTHER_ESM = OTHER_CJS.replace(/const (.*) = require\((.*)\)/, 'import $1 from $2');

/** One item of each signal that the guests let pass, one that they must not, and those full of secrets. */
const WORK = `${PLANTS}
plantSpan(trace.getTracerProvider());
plantMetrics(metrics.getMeterProvider());
plantLogs({ getLogger: (...scope) => logs.getLogger(...scope) });
trace.getTracer('app').startSpan('GET /users', { attributes: { 'url.path': '/users' } }).end();
trace.getTracer('app').startSpan('GET /secret', { attributes: { 'url.path': '/healthz' } }).end();
metrics.getMeter('app').createCounter('requests').add(1);
metrics.getMeter('app').createCounter('secret').add(1);
logs.getLogger('app').emit({ severityNumber: 17, body: 'failed' });
logs.getLogger('app').emit({ severityNumber: 5, body: 'secret' });
`;
const CJS = `
const api = require('@opentelemetry/api');
const { trace, metrics, ROOT_CONTEXT, logs = require('@opentelemetry/api-logs').logs } = api;
`;
const ESM = `
import * as api from '@opentelemetry/api';
const { trace, metrics, ROOT_CONTEXT, logs = (await import('@opentelemetry/api-logs')).logs } = api;
`;
/** What an app does to take the API for itself. */
const DISABLE = `
for (const part of [trace, metrics, logs]) part.disable();
`;
/** How the app uses its SDK without the API. */
const PAST_THE_API = `
plantSpan(sdk._tracerProvider);
plantMetrics(sdk._meterProvider);
plantLogs(sdk._loggerProvider);
sdk._tracerProvider.getTracer('app').startSpan('GET /secret', { attributes: { 'url.path': '/healthz' } }).end();
sdk._tracerProvider.getTracer('app').startSpan('GET /users', { attributes: { 'url.path': '/users' } }).end();
`;

const FILES = {
  'other.cjs': OTHER_CJS,
  'other.mjs': OTHER_ESM,
  'app.cjs': CJS + WORK,
  'app.mjs': ESM + WORK,
  'later.cjs': CJS + OTHER_CJS + WORK + PAST_THE_API,
  'later.mjs': `${ESM}${OTHER_ESM}${WORK}${PAST_THE_API}`,
  'disables.cjs': CJS + DISABLE + OTHER_CJS + WORK,
  'disables.mjs': `${ESM}${DISABLE}await import('./other.mjs');\n${WORK}`,
  'delegates.cjs': `${CJS}${OTHER_CJS}trace.getTracerProvider().setDelegate?.(sdk._tracerProvider);\n${WORK}`,
  'delegates.mjs': `${ESM}${OTHER_ESM}trace.getTracerProvider().setDelegate?.(sdk._tracerProvider);\n${WORK}`,
  // An SDK without a flush, in an app that ends by itself.
  'unflushed.cjs': "new (require('@opentelemetry/sdk-node').NodeSDK)().start();",
  'waits.cjs': `${CJS}${WORK}require('otelwasm/register').shutdown().then(() => process.exit(0));`,
  'exits.cjs': `${CJS}${WORK}process.exit(0);`,
  'killed.cjs': `${CJS}${WORK}setInterval(() => undefined, 1_000); process.kill(process.pid, 'SIGTERM');`,
  // An SDK that adds another reader to the given ones.
  'adds.cjs': `const { NodeSDK } = require('@opentelemetry/sdk-node');
const { ConsoleMetricExporter, PeriodicExportingMetricReader } = require('@opentelemetry/sdk-metrics');
const start = NodeSDK.prototype.start;
NodeSDK.prototype.start = function () {
  this._meterProviderConfig.readers.push(new PeriodicExportingMetricReader({ exporter: new ConsoleMetricExporter() }));
  start.call(this);
};`,
  'imports.cjs': `${CJS}${OTHER_CJS}import('otelwasm/register').then(() => {${WORK}});`,
  'imports.mjs': `${ESM}await import('./other.mjs');\nawait import('otelwasm/register');\n${WORK}`,
};

const GUESTS = {
  OTELWASM_TRACES_GUEST: 'filter.wasm, otelwasm:redact',
  OTELWASM_TRACES_CONFIG: '[{"drop":["/healthz"]}, {}]',
  OTELWASM_METRICS_GUEST: 'metrics-filter.wasm, otelwasm:redact',
  OTELWASM_METRICS_CONFIG: '[{"drop":["secret"]}, {}]',
  OTELWASM_LOGS_GUEST: 'logs-redact.wasm, otelwasm:redact',
  OTELWASM_LOGS_CONFIG: '[{"minSeverity":"warn"}, {}]',
};

/** All with FULL_TESTS; otherwise one of each kind. */
const FULL = Boolean(process.env.FULL_TESTS);

interface Order {
  /** Run in this module system by every `npm test`. */
  readonly always?: 'cjs' | 'mjs';
  readonly what: string;
  /** Arguments of node, with `EXT` for the module system of the app. */
  readonly args: string;
  readonly nodeOptions?: string;
  readonly otherIsFirst: boolean;
}

const ORDERS: readonly Order[] = [
  {
    what: '--require the other, --import ours',
    args: '--require ./other.cjs --import otelwasm/register app.EXT',
    otherIsFirst: true,
  },
  {
    always: 'cjs',
    what: 'the other in NODE_OPTIONS',
    nodeOptions: '--require ./other.cjs',
    args: '--import otelwasm/register app.EXT',
    otherIsFirst: true,
  },
  {
    what: '--import the other, --import ours',
    args: '--import ./other.mjs --import otelwasm/register app.EXT',
    otherIsFirst: true,
  },
  {
    always: 'mjs',
    what: 'the app starts the other, then imports ours',
    args: 'imports.EXT',
    otherIsFirst: true,
  },
  { what: 'no other', args: '--import otelwasm/register app.EXT', otherIsFirst: false },
  {
    what: '--import ours, --import the other',
    args: '--import otelwasm/register --import ./other.mjs app.EXT',
    otherIsFirst: false,
  },
  {
    what: '--require ours, --require the other',
    args: '--require otelwasm/register --require ./other.cjs app.EXT',
    otherIsFirst: false,
  },
  {
    what: 'ours in NODE_OPTIONS, the other after it',
    nodeOptions: '--require otelwasm/register',
    args: '--import ./other.mjs app.EXT',
    otherIsFirst: false,
  },
  {
    always: 'mjs',
    what: 'the app starts the other and uses it without the API',
    args: '--import otelwasm/register later.EXT',
    otherIsFirst: false,
  },
  {
    always: 'cjs',
    what: 'the app disables the API, then starts the other',
    args: '--import otelwasm/register disables.EXT',
    otherIsFirst: false,
  },
  {
    what: "the app points the API's proxy to the other",
    args: '--import otelwasm/register delegates.EXT',
    otherIsFirst: false,
  },
];

const extensionsOf = ({ always }: Order): readonly string[] =>
  FULL ? ['cjs', 'mjs'] : always === undefined ? [] : [always];

describe('another SDK beside otelwasm/register', () => {
  let folder: ExampleFolder;
  const outcomes = new Map<string, Promise<Outcome>>();

  const run = (order: Order, ext: string, variables: Record<string, string>): Promise<Outcome> =>
    runApp(folder.path, order.args.replace('EXT', ext).split(' '), {
      ...GUESTS,
      ...PLANTED_IN_RESOURCE,
      ...(order.nodeOptions !== undefined && { NODE_OPTIONS: order.nodeOptions }),
      ...variables,
    });

  before(async function () {
    this.timeout(300_000);
    built();
    folder = new ExampleFolder(new Map(Object.entries(FILES)));
    const cases = ORDERS.flatMap(order =>
      extensionsOf(order).flatMap(ext => ['refuse', 'attach'].map(policy => ({ order, ext, policy }))),
    ).filter(({ order, policy }) => order.otherIsFirst || policy === 'refuse');
    await inParallel(cases, async ({ order, ext, policy }) => {
      const outcome = run(order, ext, { OTELWASM_IF_REGISTERED: policy });
      outcomes.set(`${order.what}, ${ext}, ${policy}`, outcome);
      await outcome;
    });
  });
  after(() => folder.remove());

  const outcomeOf = (order: Order, ext: string, policy: string): Promise<Outcome> =>
    outcomes.get(`${order.what}, ${ext}, ${policy}`) ?? assert.fail('not run');

  /** Exactly the items that the guests keep arrived, for all signals. */
  const isFiltered = ({ by, stderr, sent }: Outcome): void => {
    assert.equal(by, 0, stderr);
    isRedacted(sent, stderr);
  };
  const isRedacted = (sent: string, stderr: string): void => {
    assert.deepEqual(plantedIn(sent), []);
    assert.doesNotMatch(sent, /secret/);
    for (const wanted of [/GET \/users/, /requests/, /failed/]) assert.match(sent, wanted, stderr);
    for (const redacted of [/planted \*\*\*/, /counter\.\*\*\*/, /body/])
      assert.match(sent, redacted, stderr);
  };

  it('without guests, all planted secrets are sent', async () => {
    const alone = { what: 'no guests', args: '--require ./other.cjs app.EXT', otherIsFirst: true };
    const { sent, stderr } = await run(alone, 'cjs', {});
    assert.deepEqual(plantedIn(sent), ALL_PLANTED, stderr);
  });

  const attached = (app: string): Promise<Outcome> =>
    run(
      { what: app, args: `--require ./unflushed.cjs --require otelwasm/register ${app}`, otherIsFirst: true },
      'cjs',
      { OTELWASM_IF_REGISTERED: 'attach' },
    );

  it('attached: shutdown() sends what is queued in the other SDK', async () =>
    isFiltered(await attached('waits.cjs')));

  it('attached: a signal sends what is queued in the other SDK', async () => {
    const { by, stderr, sent } = await attached('killed.cjs');
    assert.equal(by, 'SIGTERM');
    isRedacted(sent, stderr);
  });

  it('attached: an immediate exit reports what is lost', async () => {
    const { stderr, sent } = await attached('exits.cjs');
    assert.match(stderr, /exited and lost 3 spans, 4 log records\n$/);
    assert.equal(sent, '');
  });

  it('an SDK that registers more than the guests: rejected', async () => {
    const order = {
      what: '',
      args: '--require ./adds.cjs --require otelwasm/register app.EXT',
      otherIsFirst: false,
    };
    const { by, stderr, sent } = await run(order, 'cjs', {});
    assert.equal(by, 1, stderr);
    assert.match(stderr, /more than the guests for metrics: its provider has .*, .* \(SDK_CONFLICT\)\n$/);
    assert.equal(sent, '');
  });

  it('a sampler guest cannot be attached: rejected in one line that does not suggest it', async () => {
    const order = {
      what: '',
      args: '--require ./other.cjs --import otelwasm/register app.EXT',
      otherIsFirst: true,
    };
    for (const policy of ['refuse', 'attach']) {
      const { by, stderr, sent } = await run(order, 'cjs', {
        OTELWASM_TRACES_GUEST: '',
        OTELWASM_TRACES_CONFIG: '',
        OTELWASM_METRICS_GUEST: '',
        OTELWASM_METRICS_CONFIG: '',
        OTELWASM_LOGS_GUEST: '',
        OTELWASM_LOGS_CONFIG: '',
        OTELWASM_SAMPLER_GUEST: 'filter.wasm',
        OTELWASM_IF_REGISTERED: policy,
      });
      assert.equal(by, 1, stderr);
      assert.match(stderr, /^otelwasm\/register: another SDK .*OTELWASM_SAMPLER_GUEST.* \(SDK_CONFLICT\)\n$/);
      assert.doesNotMatch(stderr, /IF_REGISTERED/);
      assert.equal(sent, '');
    }
  });

  it('a sampler guest beside attached guests of other signals: rejected', async () => {
    const order = {
      what: '',
      args: '--require ./other.cjs --import otelwasm/register app.EXT',
      otherIsFirst: true,
    };
    const { by, stderr, sent } = await run(order, 'cjs', {
      OTELWASM_SAMPLER_GUEST: 'filter.wasm',
      OTELWASM_IF_REGISTERED: 'attach',
    });
    assert.equal(by, 1, stderr);
    assert.match(stderr, /OTELWASM_SAMPLER_GUEST.*SDK_CONFLICT/);
    assert.equal(sent, '');
  });

  for (const order of ORDERS) {
    for (const ext of extensionsOf(order)) {
      if (order.otherIsFirst) {
        it(`${order.what}, ${ext}: rejected in one line`, async () => {
          const { by, stderr, sent } = await outcomeOf(order, ext, 'refuse');
          assert.equal(by, 1, stderr);
          assert.match(
            stderr,
            /^otelwasm\/register: another SDK .*IF_REGISTERED=attach.* \(SDK_CONFLICT\)\n$/,
          );
          assert.equal(sent, '');
        });
        it(`${order.what}, ${ext}: attached and filtered`, async () =>
          isFiltered(await outcomeOf(order, ext, 'attach')));
      } else {
        it(`${order.what}, ${ext}: filtered`, async () => isFiltered(await outcomeOf(order, ext, 'refuse')));
      }
    }
  }
}).timeout(60_000);
