/** Rows: other Nodes, other runtimes, test runners, frameworks, single executables. */
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { appCode, EXPECTED, expectApp, SDKS } from './apps.mjs';
import { installed } from './managers.mjs';
import { check, copyGuest, node, run, tool, write } from './workspace.mjs';

const [, SDK, SDK_3] = SDKS;
const NODES = ['20.6.0', '22', '24', '26'];

export function runtimeRows(tarball, isWanted) {
  let shared;
  /** An app with both files, installed once. */
  const app = () => {
    shared ??= installed('npm', SDK, tarball).app;
    write(shared, { 'app.mjs': appCode(SDK, { esm: true }), 'app.cjs': appCode(SDK, { esm: false }) });
    return shared;
  };
  const row = (name, test) => {
    if (isWanted(name)) check(`${name}: inline and worker`, () => test(app()));
  };
  for (const version of NODES)
    row(`Node ${version}`, folder => expectApp(run(folder, node(version), ['app.cjs'])));
  row('Bun', folder =>
    expectApp(run(folder, join(tool('@oven/bun-linux-x64@1'), '@oven/bun-linux-x64/bin/bun'), ['app.mjs'])),
  );
  row('Deno', folder =>
    expectApp(
      run(folder, join(tool('@deno/linux-x64-glibc@2'), '@deno/linux-x64-glibc/deno'), [
        ...['run', '--allow-all', '--node-modules-dir=manual', 'app.mjs'],
      ]),
    ),
  );
  row('Jest', folder => {
    write(folder, { 'app.test.js': testCode(SDK, { esm: false }), 'jest.config.js': 'module.exports = {};' });
    run(folder, process.execPath, [join(tool('jest@30'), 'jest/bin/jest.js')]);
  });
  row('Vitest', folder => {
    write(folder, { 'app.test.mjs': testCode(SDK, { esm: true }) });
    run(folder, process.execPath, [join(tool('vitest@4'), 'vitest/vitest.mjs'), ...['run', 'app.test.mjs']]);
  });
  row('single executable (Node 24)', singleExecutable);
  nextRow(tarball, isWanted);
}

/** The app as one test: what it prints is compared in the test itself. */
function testCode(sdk, { esm }) {
  const [imports, ...rest] = appCode(sdk, { esm }).split('\n\n');
  const body = rest
    .join('\n\n')
    .replace(/main\(\)\.then[^]*$/, '')
    .replaceAll('console.log', 'print');
  return `${esm ? "import { expect, test } from 'vitest';\n" : ''}${imports}
const printed = [];
const print = (...words) => printed.push(words.join(' '));
${body}
test('the app', async () => {
  await main();
  expect(printed).toEqual(${JSON.stringify(EXPECTED)});
}, 60_000);
`;
}

function singleExecutable(folder) {
  const place = `${folder}-sea`;
  mkdirSync(place);
  run(folder, join(tool('esbuild@0.28'), '.bin/esbuild'), [
    ...['app.mjs', '--bundle', '--platform=node', '--format=cjs', `--outfile=${join(place, 'entry.js')}`],
    '--log-level=warning',
  ]);
  write(place, {
    'sea.json': JSON.stringify({ main: 'entry.js', output: 'app.blob', disableExperimentalSEAWarning: true }),
  });
  const executable = node('24');
  run(place, executable, ['--experimental-sea-config', 'sea.json']);
  copyFileSync(executable, join(place, 'app'));
  chmodSync(join(place, 'app'), 0o755);
  run(place, process.execPath, [
    join(tool('postject@1.0.0-alpha.6'), 'postject/dist/cli.js'),
    ...[
      'app',
      'NODE_SEA_BLOB',
      'app.blob',
      '--sentinel-fuse',
      'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
    ],
  ]);
  copyGuest(place);
  expectApp(run(place, join(place, 'app'), []));
}

/** Next: a build, and a server whose instrumentation filters. */
function nextRow(tarball, isWanted) {
  if (!isWanted('Next')) return;
  check('Next (build and start, and standalone): inline and worker', () => {
    const { app } = installed('npm', SDK_3, tarball, { next: '16', react: '19', 'react-dom': '19' });
    mkdirSync(join(app, 'app/check'), { recursive: true });
    write(app, {
      'next.config.mjs': `export default { output: 'standalone', outputFileTracingIncludes: { '/*': ['./filter.wasm'] } };`,
      'app/layout.js': 'export default ({ children }) => <html><body>{children}</body></html>;',
      'app/page.js': 'export default () => <p>home</p>;',
      'app/check/route.js': `${appCode(SDK_3, { esm: true })
        .replace(/main\(\)\.then[^]*$/, '')
        .replaceAll('console.log', 'print')
        .replace("print('started once');", '')}
const printed = [];
const print = (...words) => printed.push(words.join(' '));
export const dynamic = 'force-dynamic';
export async function GET() {
  await main();
  return new Response(['started once', ...printed].join('\\n'));
}
`,
    });
    const executable = node('24');
    const env = { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' };
    run(app, executable, ['node_modules/next/dist/bin/next', 'build'], { env, timeout: 500_000 });
    serve(app, executable, ['node_modules/next/dist/bin/next', 'start', '-p', '3917'], env);
    const standalone = join(app, '.next/standalone');
    cpSync(join(app, '.next/static'), join(standalone, '.next/static'), { recursive: true });
    serve(standalone, executable, ['server.js'], { ...env, PORT: '3917' });
  });
}

function serve(cwd, executable, args, env) {
  const server = spawn(executable, args, { cwd, env: { ...process.env, ...env }, stdio: 'ignore' });
  try {
    expectApp(
      run(cwd, 'curl', [
        ...['--silent', '--show-error', '--retry', '30', '--retry-connrefused', '--retry-delay', '1'],
        'http://127.0.0.1:3917/check',
      ]),
    );
  } finally {
    server.kill();
  }
}
