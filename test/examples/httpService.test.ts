import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { built } from '../support/built';
import { rowsOf, runWithTsNode } from './run';

const ROUNDS = 100;

describe('examples/http-service', function () {
  this.timeout(120_000);
  before(() => built('filter', 'redact'));

  it('prints per route which spans left the process, and that no secret did', async () => {
    const { scripts } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as {
      scripts: { start: string };
    };
    const [, main] = /ts-node (\S+)$/.exec(scripts.start) ?? assert.fail(scripts.start);
    const { stdout, stderr } = await runWithTsNode(main);
    assert.equal(stderr, '');
    const rows = rowsOf(stdout);
    assert.deepEqual(rows.get('span'), ['made', 'kept', 'dropped', 'redacted attributes']);
    const header = 'http.request.header.authorization';
    const expected: [string, number, number, string][] = [
      ['GET /users/:id', 2 * ROUNDS, 2 * ROUNDS, `user.email, ${header}`],
      ['GET /missing', ROUNDS, ROUNDS, header],
      ['GET /healthz', 3 * ROUNDS, 0, '-'],
      ['GET /internal/metrics', ROUNDS, 0, '-'],
    ];
    for (const [route, made, kept, redacted] of expected) {
      const [, , , attributes, ...more] = rows.get(route) ?? assert.fail(stdout);
      assert.deepEqual(rows.get(route)?.slice(0, 3), [made, kept, made - kept].map(String), stdout);
      assert.deepEqual([attributes, ...more].join('').split(', ').sort(), redacted.split(', ').sort());
    }
    assert.match(stdout, /^Requests in which a secret left the process: 0 of [1-9]\d*$/m);
    assert.match(
      stdout,
      /^700 spans \(\d+ bytes\) went into the guests, 400 were dropped, 300 \(\d+ bytes\) went to /m,
    );
  });
});
