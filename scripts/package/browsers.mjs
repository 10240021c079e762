/** Rows: where this package cannot run, the build succeeds, and the import throws one error that says what to do. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SDKS } from './apps.mjs';
import { installed } from './managers.mjs';
import { check, run, tool, write } from './workspace.mjs';

const APP = `import { WasmSpanProcessor } from 'otelwasm';
import { compileRules } from 'otelwasm/rules';
console.log(new WasmSpanProcessor(compileRules('collector.yaml')));
`;
const ERROR = /UNSUPPORTED_RUNTIME/;
const ADVICE = /filter in a Collector behind them/;

/** Each builds `app.mjs` and returns the file that a browser or an edge runtime would load. */
const BUILDS = {
  'esbuild for browsers': folder => esbuild(folder, 'browser'),
  'esbuild for workerd': folder => esbuild(folder, 'workerd', '--conditions=workerd'),
  'esbuild for Vercel Edge': folder => esbuild(folder, 'edge', '--conditions=edge-light'),
  'webpack for browsers': folder => webpack(folder, 'web'),
  'webpack for web workers': folder => webpack(folder, 'webworker'),
  'Vite for browsers': folder => {
    write(folder, { 'index.html': '<script type="module" src="/app.mjs"></script>' });
    const flags = ['build', '--outDir', 'vite', '--logLevel', 'warn'];
    run(folder, process.execPath, [join(tool('vite@7'), 'vite/bin/vite.js'), ...flags]);
    const assets = join(folder, 'vite/assets');
    return join(
      assets,
      readdirSync(assets).find(name => name.endsWith('.js')),
    );
  },
};

export function browserRows(tarball, isWanted) {
  const named = name => `${name}: the import says what to do`;
  const wanted = Object.entries(BUILDS).filter(([name]) => isWanted(named(name)));
  const jest = 'Jest with jsdom';
  if (wanted.length === 0 && !isWanted(named(jest))) return;
  const { app } = installed('npm', SDKS[1], tarball);
  write(app, { 'app.mjs': APP });
  for (const [name, build] of wanted)
    check(named(name), () => expectError(failureOf(app, process.execPath, [build(app)])));
  if (isWanted(named(jest)))
    check(named(jest), () => {
      const modules = tool('jest@30', 'jest-environment-jsdom@30');
      const environment = JSON.stringify(join(modules, 'jest-environment-jsdom'));
      write(app, {
        'browser.test.js': "test('it', () => void require('otelwasm'));",
        'jest.config.js': `module.exports = { testEnvironment: ${environment} };`,
      });
      const printed = failureOf(app, process.execPath, [
        join(modules, 'jest/bin/jest.js'),
        'browser.test.js',
      ]);
      if (!/@jest-environment node/.test(printed)) throw new Error(printed);
    });
}

function esbuild(folder, name, ...flags) {
  const file = join(folder, `${name}.js`);
  run(folder, join(tool('esbuild@0.28'), '.bin/esbuild'), [
    ...['app.mjs', '--bundle', '--platform=browser', '--log-level=warning', `--outfile=${file}`, ...flags],
  ]);
  return file;
}

function webpack(folder, target) {
  const output = join(folder, `webpack-${target}`);
  const flags = ['--mode', 'production', '--entry', './app.mjs', '--target', target, '-o', output];
  run(folder, process.execPath, [
    join(tool('webpack@5', 'webpack-cli@6'), 'webpack/bin/webpack.js'),
    ...flags,
  ]);
  return join(output, 'main.js');
}

/** What a command printed that must fail. */
function failureOf(cwd, command, args) {
  try {
    execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe', timeout: 60_000 });
  } catch (error) {
    return `${error.stdout}${error.stderr}`;
  }
  throw new Error(`${args.join(' ')}: no error`);
}

function expectError(printed) {
  if (!ERROR.test(printed) || !ADVICE.test(printed)) throw new Error(printed);
}
