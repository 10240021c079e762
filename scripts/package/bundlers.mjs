/** Rows: an app and this package in one bundle, run where there is no node_modules. */
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { appCode, expectApp, SDKS } from './apps.mjs';
import { installed } from './managers.mjs';
import { check, copyGuest, node, run, tool, write } from './workspace.mjs';

const [, SDK, SDK_3] = SDKS;
const BY_URL = "new URL('./filter.wasm', import.meta.url)";

/** Each writes `dist/entry.js` or `.mjs`: a bundle of that name must not be taken for a worker's. */
const BUNDLERS = {
  'esbuild (cjs)': {
    build: app => esbuild(app, ['--format=cjs', '--outfile=dist/entry.js']),
  },
  'esbuild (cjs, minified)': {
    build: app => esbuild(app, ['--format=cjs', '--minify', '--outfile=dist/entry.js']),
  },
  'esbuild (esm, with a banner for require)': {
    guest: BY_URL,
    build: app =>
      esbuild(app, [
        '--format=esm',
        '--outfile=dist/entry.mjs',
        "--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      ]),
  },
  webpack: {
    guest: BY_URL,
    build: app => {
      write(app, {
        'webpack.config.cjs': `module.exports = { mode: 'production', target: 'node', entry: './app.mjs',
          output: { path: ${JSON.stringify(join(app, 'dist'))}, filename: 'entry.js' } };`,
      });
      run(app, process.execPath, [join(tool('webpack@5', 'webpack-cli@6'), 'webpack/bin/webpack.js')]);
    },
  },
  'rollup (cjs)': { build: app => rollup(app, 'cjs', 'dist/entry.js') },
  'rollup (es)': { guest: BY_URL, build: app => rollup(app, 'es', 'dist/entry.mjs') },
  'vite SSR (everything bundled)': {
    guest: BY_URL,
    build: app => {
      write(app, {
        'vite.config.mjs': `export default { logLevel: 'warn', ssr: { noExternal: true },
          build: { ssr: 'app.mjs', outDir: 'dist', rollupOptions: { output: { entryFileNames: 'entry.mjs' } } } };`,
      });
      run(app, process.execPath, [join(tool('vite@7'), 'vite/bin/vite.js'), 'build']);
    },
  },
  ncc: {
    build: app => {
      run(app, process.execPath, [
        join(tool('@vercel/ncc@0.38'), '@vercel/ncc/dist/ncc/cli.js'),
        ...['build', 'app.cjs', '-o', 'dist', '-q'],
      ]);
      // ncc keeps the ending of the entry.
      cpSync(join(app, 'dist/index.cjs'), join(app, 'dist/entry.js'));
    },
  },
  'tsup (cjs)': {
    build: app => {
      write(app, {
        'tsup.config.cjs': `module.exports = { entry: { entry: 'app.mjs' }, format: 'cjs', outDir: 'dist',
          noExternal: [/.*/], platform: 'node', silent: true };`,
      });
      run(app, process.execPath, [join(tool('tsup@8', 'typescript@5.9.3'), 'tsup/dist/cli-default.js')]);
    },
  },
};

export function bundlerRows(tarball, isWanted) {
  for (const sdk of [SDK, SDK_3]) {
    const wanted = Object.entries(BUNDLERS).filter(([name]) => isWanted(`${name}, ${sdk.name}`));
    if (wanted.length === 0) continue;
    const { app: installedApp } = installed('npm', sdk, tarball, {});
    for (const [name, { build, guest }] of wanted) {
      check(`${name}, ${sdk.name}: inline and worker`, () => {
        const app = `${installedApp}-${name.replace(/\W+/g, '-')}`;
        cpSync(installedApp, app, { recursive: true });
        write(app, {
          'app.mjs': appCode(sdk, { esm: true, guest }),
          'app.cjs': appCode(sdk, { esm: false }),
        });
        build(app);
        // Away from node_modules, with the guest where the bundle looks for it.
        const place = `${app}-deployed`;
        mkdirSync(place);
        cpSync(join(app, 'dist'), place, { recursive: true });
        copyGuest(place);
        const file = existsSync(join(place, 'entry.mjs')) ? 'entry.mjs' : 'entry.js';
        if (file === 'entry.js') write(place, { 'package.json': '{"type":"commonjs"}' });
        expectApp(run(place, node(sdk.node), [file], { timeout: 60_000 }));
      });
    }
  }
}

function esbuild(app, flags) {
  run(app, join(tool('esbuild@0.28'), '.bin/esbuild'), [
    ...['app.mjs', '--bundle', '--platform=node', '--log-level=warning', ...flags],
  ]);
}

function rollup(app, format, file) {
  const modules = tool('rollup@4', '@rollup/plugin-node-resolve@16', '@rollup/plugin-commonjs@28');
  const at = name => JSON.stringify(join(modules, name));
  write(app, {
    'rollup.config.mjs': `import resolve from ${at('@rollup/plugin-node-resolve/dist/es/index.js')};
import commonjs from ${at('@rollup/plugin-commonjs/dist/es/index.js')};
export default { input: 'app.mjs', plugins: [resolve({ preferBuiltins: true }), commonjs()],
  output: { file: '${file}', format: '${format}', inlineDynamicImports: true } };`,
  });
  run(app, process.execPath, [
    join(modules, 'rollup/dist/bin/rollup'),
    '-c',
    'rollup.config.mjs',
    '--silent',
  ]);
}
