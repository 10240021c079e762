import assert from 'node:assert/strict';
import { built } from '../support/built';
import { rowsOf, runExample } from './run';

describe('examples/all-signals', function () {
  this.timeout(120_000);
  before(() => built('filter', 'redact', 'metrics-filter', 'logs-redact', 'attributes', 'stdout-exporter'));

  it('prints what the guests dropped and changed per signal, and that no card number left', async () => {
    const { stdout, stderr } = await runExample('examples/all-signals/main.ts');
    assert.equal(stderr, '');
    const rows = rowsOf(stdout);
    const counts = (item: string): string[] | undefined => rows.get(item)?.slice(0, 4);
    assert.deepEqual(counts('spans'), ['100', '50', '0', '50'], stdout);
    assert.deepEqual(counts('data points'), ['9', '2', '0', '7'], stdout);
    assert.deepEqual(counts('log records'), ['120', '50', '0', '70'], stdout);

    const arrived = stdout.split('\n').filter(line => /^(traces|metrics|logs) /.test(line));
    assert.deepEqual(
      arrived.map(line => line.replace(/ {2,}/g, '  ')),
      [
        'traces  POST /orders  50  {"url.path":"/orders","customer.id":"65a8f95e…","payment.card":"***","customer.tier":"gold"}',
        'metrics  orders.placed  6  {"customer.id":"65a8f95e…","customer.tier":"gold"}',
        'metrics  order.value  1  {"test":false}',
        'logs  "order placed"  50  {"customer.id":"65a8f95e…","customer.tier":"gold"}',
        'logs  "***"  10  {"customer.id":"65a8f95e…","customer.tier":"gold"}',
        'logs  {"reason":"refused","card":"***"}  10  {}',
      ],
    );
    assert.match(stdout, /^Requests in which a card number left the process: 0 of 3$/m);
  });

  it('prints OTLP JSON with --stdout, one line per signal', async () => {
    const { stdout, stderr } = await runExample('examples/all-signals/main.ts', '--stdout');
    assert.equal(stderr, '');
    const printed = stdout.split('\n').filter(line => line.startsWith('{'));
    const batches = printed.map(json => Object.keys(JSON.parse(json) as object)[0]);
    assert.deepEqual(batches.sort(), ['resourceLogs', 'resourceMetrics', 'resourceSpans']);
    assert.ok(!stdout.includes('4000-'));
    assert.deepEqual(rowsOf(stdout).get('spans')?.slice(0, 4), ['100', '50', '0', '50']);
  });
});
