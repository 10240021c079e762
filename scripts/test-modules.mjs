/**
 * Loads modules of well-known npm packages (test/sandbox/realModules.ts). It needs a package registry and some 700 MB of disk.
 *
 *   npm run test:modules
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = fileURLToPath(new URL('../build/real-modules', import.meta.url));
const PACKAGES = [
  'lightningcss-wasm@1.33.0',
  '@biomejs/wasm-nodejs@2.5.14',
  '@jitl/quickjs-wasmfile-debug-sync@0.32.0',
  'esbuild-wasm@0.28.2',
  'sql.js@1.17.0',
  '@swc/wasm@1.16.18',
  'tree-sitter-wasms@0.1.13',
  'web-tree-sitter@0.27.2',
  '@ffmpeg/core@0.12.10',
  'pyodide@314.0.7',
  '@duckdb/duckdb-wasm@1.32.0',
  'php-wasm@0.1.0',
];

mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/package.json`, '{ "private": true }');
const options = { stdio: 'inherit' };
execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--no-save', ...PACKAGES], {
  ...options,
  cwd: folder,
  shell: process.platform === 'win32',
});
execFileSync(
  process.execPath,
  ['--require', './scripts/typescript.cjs', 'test/sandbox/realModules.ts', `${folder}/node_modules`],
  { ...options, cwd: root },
);
