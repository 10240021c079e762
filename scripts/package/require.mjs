/** Row: what `require('otelwasm')` costs an app: files, time, size of what is installed. */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SDKS } from './apps.mjs';
import { installed } from './managers.mjs';
import { check, run } from './workspace.mjs';

const MAX_FILES = 60;
const RUNS = 9;

const MEASURE = `const start = process.hrtime.bigint();
require('otelwasm');
const millis = Number(process.hrtime.bigint() - start) / 1e6;
const files = Object.keys(require.cache);
console.log(JSON.stringify({ millis, all: files.length, ours: files.filter(file => /node_modules.otelwasm/.test(file)).length }));`;

export function requireRow(tarball, isWanted) {
  if (!isWanted('require')) return;
  const [, sdk] = SDKS;
  check(`require: at most ${MAX_FILES} files, the API's among them`, () => {
    const { app } = installed('npm', sdk, tarball);
    const runs = Array.from({ length: RUNS }, () => JSON.parse(run(app, process.execPath, ['-e', MEASURE])));
    const [{ all, ours }] = runs;
    const millis = runs.map(one => one.millis).sort((a, b) => a - b)[RUNS >> 1];
    const kibibytes = Math.round(bytesIn(join(app, 'node_modules/otelwasm')) / 1024);
    console.log(
      `       ${all} files, ${ours} of this package; ${millis.toFixed(0)} ms (median of ${RUNS}); ${kibibytes} KiB installed`,
    );
    if (all > MAX_FILES) throw new Error(`${all} files`);
  });
}

function bytesIn(path) {
  const stat = lstatSync(path);
  return stat.isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0)
    : stat.size;
}
