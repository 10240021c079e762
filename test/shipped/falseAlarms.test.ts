import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { otlpFromJson } from '../../src/otlp/json';
import { sampleData } from '../../src/testing';
import { Guest } from '../assembly/harness';
import { LogsData } from '../assembly/otlp';
import { Random } from '../fuzz/random';
import { built } from '../support/built';

const EACH = 2_000;
const SEED = 21;

const digits = (random: Random, size: number): string =>
  Array.from({ length: size }, (_, i) => (i === 0 ? 1 + random.below(9) : random.below(10))).join('');
const hex = (random: Random, size: number): string =>
  Array.from({ length: size }, () => random.below(16).toString(16)).join('');
const uuid = (random: Random): string =>
  `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 12)}`;
const base64 = (random: Random, size: number): string =>
  Buffer.from(hex(random, size * 2), 'hex').toString('base64');
const WORDS =
  'order user token key bearer basic password was sent not found 404 in 12 ms for the cart of'.split(' ');

/** What telemetry is full of, by its kind: nothing is left out because a detector finds something in it. */
const KINDS: Readonly<Record<string, (random: Random) => string>> = {
  'URLs and paths': r =>
    r.pick([
      `https://shop.example.com:8443/p/${digits(r, 6)}?utm_source=mail&page=${digits(r, 1)}#top`,
      `/users/${uuid(r)}/avatar.png?size=${digits(r, 3)}`,
      `GET /api/v1/orders/${digits(r, 8)}/items`,
    ]),
  UUIDs: uuid,
  versions: r =>
    r.pick([`v${digits(r, 1)}.${digits(r, 2)}.${digits(r, 1)}-beta.1`, `lodash@4.17.${digits(r, 2)}`]),
  timestamps: r =>
    r.pick([`2026-11-28T12:${10 + r.below(49)}:05.${digits(r, 9)}Z`, '28/Nov/2026:12:00:05 +0000']),
  'Unix times in ms, µs and ns': r => `1${r.pick(['7', '8'])}${digits(r, r.pick([11, 14, 17]))}`,
  'hashes and digests': r => r.pick([hex(r, 32), hex(r, 40), `sha256:${hex(r, 64)}`]),
  'trace contexts': r => `00-${hex(r, 32)}-${hex(r, 16)}-01`,
  prices: r => r.pick([`$${digits(r, 3)}.${digits(r, 2)}`, `${digits(r, 2)},${digits(r, 3)}.50 EUR`]),
  'order numbers with letters': r => r.pick([`ORD-${digits(r, 4)}-${digits(r, 6)}`, `SO${digits(r, 9)}`]),
  'numbers up to 12 digits': r => digits(r, 1 + r.below(12)),
  'numbers of 13 to 19 digits': r => digits(r, 13 + r.below(7)),
  'addresses and hosts': r =>
    r.pick([
      `${r.below(256)}.${r.below(256)}.${r.below(256)}.${r.below(256)}:8080`,
      `ip-10-0-${r.below(255)}-${r.below(255)}.eu-central-1.compute.internal`,
      `checkout-${hex(r, 10)}-${hex(r, 5)}`,
    ]),
  'user agents': r =>
    `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${digits(r, 3)}.0.0.0`,
  statements: r => `SELECT * FROM orders WHERE id = ${digits(r, 8)} AND state IN ('open', 'paid')`,
  'resource names': r =>
    r.pick([
      `arn:aws:lambda:eu-west-1:${digits(r, 12)}:function:checkout-service`,
      `projects/my-project-${digits(r, 5)}/locations/global/keyRings/ring_1`,
    ]),
  'stack traces': r =>
    `Error: connect ECONNREFUSED 127.0.0.1:${digits(r, 4)}\n    at TCPConnectWrap.afterConnect (node:net:1555:${digits(r, 2)})`,
  Base64: r => base64(r, 24 + r.below(40)),
  sentences: r => Array.from({ length: 12 }, () => r.pick(WORDS)).join(' '),
  'Git remotes': r => `git@github.com:shop/service-${digits(r, 3)}.git`,
  '"DE" followed by 20 digits': r => `DE${digits(r, 20)}`,
};

/** How often each detector found something in records with these texts as bodies. */
function alarmsIn(texts: readonly string[]): string {
  const guest = Guest.load('redact');
  const logRecords = texts.map(stringValue => ({ body: { stringValue } }));
  const input = LogsData.encode({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }).finish();
  const { status, results } = guest.consume('logs', input);
  assert.equal(status, 0);
  guest.shutdown();
  const found = /redacted in \d+ s: (.*)/.exec(guest.logs.join('\n'))?.[1] ?? '';
  assert.equal(results.length > 0, found !== '', 'the counts differ from the changes');
  return found;
}

describe('otelwasm:redact, false alarms', () => {
  before(function () {
    this.timeout(300_000);
    built('redact');
  });

  it('match the table of docs/shipped-guests.md for 40,000 records', () => {
    const random = new Random(SEED);
    const kinds = Object.entries(KINDS);
    assert.equal(kinds.length * EACH, 40_000);
    const rows = kinds.map(([kind, make]) => {
      const found = alarmsIn(Array.from({ length: EACH }, () => make(random)));
      return `| ${kind} | ${EACH} | ${found === '' ? 'none' : found} |`;
    });
    const table = rows.join('\n');
    const page = readFileSync(join(__dirname, '../../docs/shipped-guests.md'), 'utf8');
    assert.ok(page.includes(table), `the table is now:\n${table}`);
  });

  it('do not occur in the sample data, except its e-mail addresses', () => {
    const guest = Guest.load('redact');
    for (const signal of ['traces', 'metrics', 'logs'] as const)
      assert.equal(guest.consume(signal, otlpFromJson(signal, sampleData(signal, 1_000))).status, 0);
    guest.shutdown();
    assert.match(guest.logs.join('\n'), /^<6>redacted in 0 s: email \d+$/);
  });
});
