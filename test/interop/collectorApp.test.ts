import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { built } from '../support/built';
import { freePort, hasCollector } from './collectorProcesses';

const ROOT = join(__dirname, '../..');
const FOLDER = join(ROOT, 'examples/collector');

describe('examples/collector', function () {
  it('prints what arrives at both ends, as its README shows', async function () {
    this.timeout(120_000);
    if (!hasCollector()) this.skip();
    built();
    const env = { ...process.env, TS_NODE_TRANSPILE_ONLY: 'true', COLLECTOR_PORT: String(await freePort()) };
    const args = [require.resolve('ts-node/dist/bin.js'), '--cwd', ROOT, join(FOLDER, 'main.ts')];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: ROOT,
      env,
      encoding: 'utf8',
    });
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' }, stdout);
    assert.ok(
      readFileSync(join(FOLDER, 'README.md'), 'utf8').includes(`\`\`\`text\n${stdout}\`\`\`\n`),
      stdout,
    );
  });
});
