/** Rows: otelwasm/register, alone and beside another SDK, with the versions of the SDK that exist, and with SDK 1. */
import { spawnSync } from 'node:child_process';
import { check, makeApp, node, QUIET, ROOT, run } from './workspace.mjs';

/** @opentelemetry/sdk-node: 0.200 to 0.223 are SDK 2, of which 0.203 and later go with 2.0 and newer; 0.30x is SDK 3. */
const VERSIONS = [
  ...Array.from({ length: 24 }, (_, index) => ({ sdk: `0.${200 + index}`, node: '20' })),
  { sdk: '0.300', node: '24' },
  { sdk: '0.301', node: '24' },
];

const SECRET = `ghp_${'A'.repeat(36)}`;
const OTHER = `const { NodeSDK } = require('@opentelemetry/sdk-node');
const sdk = new NodeSDK();
sdk.start();
process.once('beforeExit', () => sdk.shutdown());
`;
const APP = `const api = require('@opentelemetry/api');
const { logs } = api.logs ? api : require('@opentelemetry/api-logs');
const attributes = { planted: 'see ${SECRET}' };
api.trace.getTracer('app').startSpan('span ${SECRET}', { attributes }).end();
api.metrics.getMeter('app').createCounter('counter').add(1, attributes);
logs.getLogger('app').emit({ body: 'record ${SECRET}', severityNumber: 17, attributes });
`;
const IN_CODE = `const { BasicTracerProvider } = require('@opentelemetry/sdk-trace-base');
const { WasmSpanProcessor } = require('otelwasm');
const exporter = { export: () => console.log('exported'), shutdown: async () => undefined };
const provider = new BasicTracerProvider();
provider.addSpanProcessor(new WasmSpanProcessor('filter.wasm', { exporter }));
provider.getTracer('app').startSpan('span').end();
provider.forceFlush().catch(error => console.error(String(error))).then(() => process.exit(0));
`;
const ENV = {
  ...Object.fromEntries(
    ['TRACES', 'METRICS', 'LOGS'].flatMap(signal => [
      [`OTELWASM_${signal}_GUEST`, 'otelwasm:redact'],
      [`OTEL_${signal}_EXPORTER`, 'console'],
    ]),
  ),
  OTEL_NODE_RESOURCE_DETECTORS: 'env',
};

/** @param isWanted whether a row is run */
export function registerRows(tarball, isWanted) {
  for (const { sdk, node: version } of VERSIONS) {
    const row = `register, sdk-node ${sdk}`;
    if (!isWanted(row)) continue;
    check(`${row}: installs, redacts alone, is refused and attaches beside another SDK`, () => {
      const app = appWith(tarball, sdk);
      const start = (variables, ...args) => runNode(app, version, variables, args);
      const ours = ['--import', 'otelwasm/register', 'app.cjs'];
      expectRedacted(start({}, ...ours));
      expectRedacted(start({}, '--require', 'otelwasm/register', '--require', './other.cjs', 'app.cjs'));
      expectEnd(start({}, '--require', './other.cjs', ...ours), 'SDK_CONFLICT');
      expectRedacted(start({ OTELWASM_IF_REGISTERED: 'attach' }, '--require', './other.cjs', ...ours));
    });
  }
  const tests = "register's own tests, all of them, SDK 3";
  if (isWanted(tests))
    check(tests, () => {
      const app = appWith(tarball, '0.301', { 'signal-exit': '^4', 'signal-exit-3': 'npm:signal-exit@^3' });
      const env = { TEST_APP: app, TEST_NODE: node('24'), FULL_TESTS: '1' };
      run(ROOT, 'npx', ['--no-install', 'mocha', 'test/register/*.test.ts'], { env, timeout: 600_000 });
    });
  if (!isWanted('register, SDK 1')) return;
  check('register, SDK 1: does not start, with a line that says so', () =>
    expectEnd(
      runNode(appWith(tarball, '0.57'), '20', {}, ['--import', 'otelwasm/register', 'app.cjs']),
      'SDK_UNSUPPORTED',
    ),
  );
  check('register, SDK 1: in code nothing is sent, and the error says so', () => {
    const { stdout, stderr } = runNode(appWith(tarball, '0.57'), '20', {}, ['inCode.cjs']);
    if (stdout !== '' || !/SDK 1 .*SDK 2/.test(stderr)) throw new Error(`${stdout}${stderr}`);
  });
}

function appWith(tarball, version, more = {}) {
  const dependencies = {
    '@opentelemetry/api': '^1.9.0',
    '@opentelemetry/sdk-node': `~${version}.0`,
    otelwasm: `file:${tarball}`,
    ...more,
  };
  const app = makeApp(`register ${version} ${Object.keys(more).join(' ')}`, {
    'package.json': JSON.stringify({ name: 'app', private: true, version: '1.0.0', dependencies }),
    'app.cjs': APP,
    'other.cjs': OTHER,
    'inCode.cjs': IN_CODE,
  });
  const output = run(app, 'npm', ['install', ...QUIET]);
  if (/ERESOLVE|peer/i.test(output)) throw new Error(output);
  return app;
}

function runNode(app, version, variables, args) {
  const env = { PATH: process.env.PATH, ...ENV, ...variables };
  return spawnSync(node(version), args, { cwd: app, env, encoding: 'utf8', timeout: 60_000 });
}

/** All three signals are there, without the secret. */
function expectRedacted({ status, stdout, stderr }) {
  const missing = ['span \\*\\*\\*', 'counter', 'record \\*\\*\\*', 'see \\*\\*\\*'].filter(
    wanted => !new RegExp(wanted).test(stdout),
  );
  if (status !== 0 || missing.length > 0 || stdout.includes(SECRET))
    throw new Error(`status ${status}, missing ${missing.join()}:\n${stdout}${stderr}`);
}

/** The app did not run: status 1, a line with the code, nothing sent. */
function expectEnd({ status, stdout, stderr }, code) {
  const lines = stderr.split('\n').filter(line => line.startsWith('otelwasm/register: '));
  if (status !== 1 || stdout !== '' || lines.length !== 1 || !lines[0].endsWith(`(${code})`))
    throw new Error(`status ${status}:\n${stdout}${stderr}`);
}
