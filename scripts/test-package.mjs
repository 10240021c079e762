/**
 * Packs the package as npm would publish it, checks the tarball, and uses it in apps, one a row: package managers, lines
 * of the SDK, TypeScript, bundlers, runtimes. docs/deploying.md has the rows.
 *
 *   npm run test:package                     a short form, some minutes
 *   npm run test:package -- --all            every row; needs Linux x64 for the other Nodes, Bun and Deno
 *   npm run test:package -- --only webpack   rows with this in their name (repeatable); --keep leaves the apps
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { browserRows } from './package/browsers.mjs';
import { bundlerRows } from './package/bundlers.mjs';
import { documentRows } from './package/documents.mjs';
import { linksRow } from './package/links.mjs';
import { managerRows } from './package/managers.mjs';
import { registerRows } from './package/register.mjs';
import { requireRow } from './package/require.mjs';
import { runtimeRows } from './package/runtimes.mjs';
import { typeRows } from './package/types.mjs';
import { check, finish, ROOT, run, workspace } from './package/workspace.mjs';

const SHORT = [
  'npm, SDK 2.12',
  'npm, SDK 3.1',
  'Yarn PnP, SDK 2.12',
  'TypeScript 5.9, SDK 2.12',
  'esbuild (cjs), SDK 2.12',
  'rollup (es), SDK 2.12',
  'esbuild for browsers',
  'tarball',
  'require',
  'register, sdk-node 0.203',
  'register, sdk-node 0.301',
  'register, SDK 1',
  'document',
  'init with npm',
];

const { values } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    keep: { type: 'boolean', default: false },
  },
});
const isWanted = row =>
  values.all ||
  (values.only === undefined
    ? SHORT.some(short => row.startsWith(short))
    : values.only.some(text => row.includes(text)));

const tarball = pack();
if (isWanted('tarball')) {
  linksRow(tarball);
  check('tarball: publint', () => npx('publint', 'run', tarball, '--strict'));
  check('tarball: are the types wrong', () =>
    npx(
      ...['attw', tarball, '--profile', 'node16', '--exclude-entrypoints'],
      ...['assembly', 'assembly/asconfig.json', 'assembly/transform.mjs'],
    ),
  );
}
requireRow(tarball, isWanted);
managerRows(tarball, isWanted);
registerRows(tarball, isWanted);
typeRows(tarball, isWanted);
bundlerRows(tarball, isWanted);
browserRows(tarball, isWanted);
runtimeRows(tarball, isWanted);
documentRows(tarball, isWanted);
process.exitCode = finish({ keep: values.keep }) ? 0 : 1;

function pack() {
  run(ROOT, 'npm', ['run', '--silent', 'build:guests']);
  const printed = run(ROOT, 'npm', ['pack', '--silent', '--pack-destination', workspace]);
  return join(workspace, printed.trim().split('\n').at(-1));
}

function npx(...args) {
  return run(ROOT, 'npx', ['--no-install', ...args]);
}
