import assert from 'node:assert/strict';
import { built } from '../support/built';
import { rowsOf, runExample } from './run';

describe('examples/express', function () {
  this.timeout(120_000);
  before(() => built());

  it('leaves no orphans of health checks with whole traces', async () => {
    const { stdout, stderr } = await runExample('examples/express/main.ts');
    assert.equal(stderr, '');
    const numbers = (guest: string): number[] => (rowsOf(stdout).get(guest) ?? []).map(Number);
    const [spans, requests, orphans] = numbers('otelwasm:tail-sample');
    assert.deepEqual([requests, orphans], [10, 0], stdout);
    // The request, its middleware and its handler.
    assert.ok(spans >= 30, stdout);
    // Else there is one of each of 20 health checks: without these the test would show nothing.
    const [, , orphansBefore] = numbers('otelwasm:filter');
    assert.ok(orphansBefore >= 20, stdout);
  });
});
