import assert from 'node:assert/strict';
import { built } from '../support/built';
import { rowsOf, runExample } from './run';

describe('examples/instrumentation', function () {
  this.timeout(120_000);
  before(() => built('filter', 'redact'));

  it('sampler: records neither health checks nor their child spans', async () => {
    const { stdout, stderr } = await runExample('examples/instrumentation/sampler.ts');
    assert.equal(stderr, '');
    const rows = rowsOf(stdout);
    assert.deepEqual(
      rows.get('GET'),
      ['2'].map(cell => cell.padStart(8).trim()),
    );
    assert.deepEqual(
      rows.get('middleware')?.map(cell => cell.trim()),
      ['2'],
    );
    assert.match(stdout, /^The guest was asked 4 times, and dropped 2$/m);
  });

  it('metrics: counts all requests while a tenth of the spans is exported', async () => {
    const { stdout, stderr } = await runExample('examples/instrumentation/metrics.ts');
    assert.equal(stderr, '');
    const calls = [...stdout.matchAll(/^\/(\w+) +STATUS_CODE_(\w+) +(\d+)$/gm)].map(row =>
      row.slice(1).join(' '),
    );
    assert.deepEqual(calls.sort(), ['orders ERROR 10', 'orders UNSET 240', 'users UNSET 750']);
    const [, exported] = /^Spans exported: (\d+) of 1000$/m.exec(stdout) ?? [];
    assert.ok(Number(exported) < 300, stdout);
  });

  it('mutator: both exporters see the redacted span', async () => {
    const { stdout, stderr } = await runExample('examples/instrumentation/mutator.ts');
    assert.equal(stderr, '');
    const rows = rowsOf(stdout);
    for (const exporter of ['first', 'second'])
      assert.deepEqual(
        rows.get(exporter)?.map(cell => cell.trim()),
        ['***'],
        stdout,
      );
    assert.doesNotMatch(stdout, /@example/);
  });
});
