import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { built } from '../support/built';
import { needs } from './guests';

const ROOT = join(__dirname, '../..');
const FOLDER = join(ROOT, 'examples/collector-processors');

/** The example as its first lines say to run it, in a folder where `build/guests` is looked for. */
function run(cwd = ROOT) {
  const env: NodeJS.ProcessEnv = { ...process.env, TS_NODE_TRANSPILE_ONLY: 'true' };
  delete env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const args = [require.resolve('ts-node/dist/bin.js'), '--cwd', ROOT, join(FOLDER, 'main.ts')];
  return spawnSync(process.execPath, args, { cwd, env, encoding: 'utf8', timeout: 120_000 });
}

describe('examples/collector-processors', function () {
  before(() => built());

  it('prints each of the three signals before and after, as its README shows', function () {
    needs(this, 'go/filter', 'go/transform', 'go/redaction');
    const { status, stdout, stderr } = run();
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' }, stdout);
    const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');
    assert.ok(readme.includes(`\`\`\`text\n${stdout}\`\`\`\n`), stdout);
  });

  it('prints how to build missing guests in one line', function () {
    const empty = mkdtempSync(join(tmpdir(), 'otelwasm-'));
    try {
      const { status, stdout, stderr } = run(empty);
      assert.equal(status, 1);
      assert.equal(stdout, '');
      assert.match(stderr, /^build\/guests\/go\/filter\.wasm, .* not built\. .*npm run test:interop .*\n$/);
    } finally {
      rmSync(empty, { recursive: true });
    }
  });
});
