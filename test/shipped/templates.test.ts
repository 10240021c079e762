import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { compileRegex } from '../../src/rules';
import { Guest } from '../assembly/harness';
import { attributesOf, keyValues, MetricsData, span, TracesData } from '../assembly/otlp';
import { built } from '../support/built';

const README = readFileSync(join(__dirname, '../../guests/templates/README.md'), 'utf8');
/** Rows of its first table: what is given, and what becomes of it. */
const EXAMPLES = [...README.matchAll(/^\| `([^`]+)` \| `([^`]+)` \|$/gm)].map(([, from, to]) => [from, to]);

/** The span's name and attributes behind the guest. */
function through(guest: Guest, name: string, attributes: object = {}): { name: string; attributes: object } {
  const input = TracesData.encode({
    resourceSpans: [{ scopeSpans: [{ spans: [span({ name, attributes })] }] }],
  }).finish();
  const { status, reason, results } = guest.consume('traces', input);
  assert.equal(status, 0, reason);
  const [given] = TracesData.decode(results[0] ?? input).resourceSpans[0].scopeSpans[0].spans;
  return { name: given.name as string, attributes: attributesOf(given as never) };
}

const nameOf = (guest: Guest, name: string): string => through(guest, name).name;

describe('otelwasm:templates', () => {
  let guest: Guest;
  before(() => {
    built('templates');
    guest = Guest.load('templates');
  });

  it('has examples', () => assert.ok(EXAMPLES.length >= 8));
  for (const [from, to] of EXAMPLES) {
    it(`turns ${from} into ${to}, as its README says`, () => {
      assert.equal(nameOf(guest, from), to);
      const key = /^SELECT/.test(from) ? 'db.query.text' : 'url.path';
      assert.deepEqual(through(guest, 'a', { [key]: from }).attributes, { [key]: to });
    });
  }

  for (const [from, to] of [
    ['/', '/'],
    ['7', '{number}'],
    ['/a/7', '/a/{number}'],
    ['/7/', '/{number}/'],
    ['//7//', '//{number}//'],
    ['https://localhost:8080/users/7?q=8', 'https://localhost:8080/users/{number}?q={number}'],
    ['https://10.0.0.1', 'https://10.0.0.1'],
    ['/u/%2F12345', '/u/%2F{number}'],
    ['/u/é12345/x', '/u/é12345/x'],
    ['/u/é-12345', '/u/é-{number}'],
    ['/deadbeef/facade', '/deadbeef/facade'],
    ['/deadbee1', '/{hex}'],
    ['/0x1f', '/{hex}'],
    ['/DEADBEEFDEADBEEFDEADBEEFDEADBEEF', '/{hash}'],
    ['/3fa85f64-5717-4562-b3fc-2c963f66afa', '/{hex}-{number}-{number}-b3fc-{hex}'],
    ['/x-3FA85F64-5717-4562-B3FC-2C963F66AFA6.json', '/x-{uuid}.json'],
    ['/3FA85F64-5717-4562-B3FC-2C963F66AFA6x', '/{hex}-{number}-{number}-B3FC-2C963F66AFA6x'],
    ['/users/{id:[0-9]+}', '/users/{id:[0-9]+}'],
    ['HTTP/1.1', 'HTTP/{number}'],
    ['DELETE /users/5', 'DELETE /users/{number}'],
    ['delete from t where a = 5', 'delete from t where a = ?'],
    ['SELECT shop.orders', 'SELECT shop.orders'],
    [
      'INSERT INTO t VALUES (1, $$a$$), ($3 , 4),(5,6) RETURNING "id1"',
      'INSERT INTO t VALUES (?) RETURNING "id1"',
    ],
    ['SELECT a FROM t WHERE b = $12 AND c=?', 'SELECT a FROM t WHERE b = ? AND c=?'],
    ['SELECT (1), 2, f(3, x)', 'SELECT (?), ?, f(?, x)'],
  ]) {
    it(`turns ${from} into ${to}`, () => assert.equal(nameOf(guest, from), to));
  }

  it('does not change other keys or values that are not strings', () => {
    const attributes = { 'http.route': 7, 'url.full': 'http://a/7', 'url.path': '/7', n: '/7' };
    assert.deepEqual(through(guest, 'a', attributes).attributes, { ...attributes, 'url.path': '/{number}' });
  });

  it('replaces a number, a UUID and a hash anywhere, and does not change a template again', () => {
    const word = fc.stringMatching(/^[g-z]{1,9}$/);
    const id = fc.oneof(
      fc.nat().map(String),
      fc.uuid(),
      fc.stringMatching(/^[0-9a-f]{32}$/),
      fc.stringMatching(/^[0-9a-f]{64}$/),
    );
    const all = Guest.load('templates', {
      placeholders: { number: '{}', uuid: '{}', hex: '{}', hash: '{}' },
      maxResults: 65536,
    });
    const path = fc.array(fc.oneof(word, id), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(path, segments => {
        const expected = segments.map(each => (/^[g-z]+$/.test(each) ? each : '{}')).join('/');
        const template = nameOf(all, `/${segments.join('/')}`);
        assert.equal(template, `/${expected}`);
        assert.equal(nameOf(all, template), template);
      }),
    );
  });

  it('applies its options', () => {
    const pattern = Buffer.from(compileRegex('^sku-(\\w+)-\\w+').program).toString('base64');
    const own = Guest.load('templates', {
      spanNames: false,
      attributes: ['a*'],
      sql: false,
      patterns: [{ pattern, replacement: '{sku $1}' }],
      placeholders: { number: '{id}' },
      keep: ['/errors/*'],
    });
    const attributes = { a: '/5', ab: '/errors/404', ac: 'sku-x-y/1', 'url.path': '/5', 'db.statement': '5' };
    assert.deepEqual(through(own, '/5', attributes), {
      name: '/5',
      attributes: { ...attributes, a: '/{id}', ac: '{sku x}/{id}' },
    });
  });

  it('limits the distinct results of each rule', () => {
    const own = Guest.load('templates', { maxResults: 2, overflow: 'rest' });
    const names = ['/a', '/b', '/c', '/a', '/c/7', '/b'].map(name => nameOf(own, name));
    assert.deepEqual(names, ['/a', '/b', 'rest', '/a', 'rest', '/b']);
    assert.deepEqual(through(own, '/a', { 'url.path': '/c' }).attributes, { 'url.path': '/c' });
    const most = Guest.load('templates', { maxResults: 65536 });
    const many = Array.from(
      { length: 3000 },
      (_, i) => `/a/x${i.toString(36).replace(/\d/g, 'z')}${'y'.repeat(i % 7)}`,
    );
    for (const name of many) assert.equal(nameOf(most, name), name);
  });

  it('merges points that become equal and keeps exemplars and the earliest start', () => {
    const exemplar = (asInt: number) => ({ asInt, timeUnixNano: 1, traceId: Buffer.alloc(16, asInt) });
    const point = (path: string, asInt: number, startTimeUnixNano: number) => ({
      ...{ attributes: keyValues({ 'url.path': path, m: 'GET' }), asInt, startTimeUnixNano, timeUnixNano: 9 },
      exemplars: [exemplar(asInt)],
    });
    const dataPoints = [point('/u/1', 1, 5), point('/u/x', 2, 5), point('/u/2', 3, 4), point('/u/3', 4, 6)];
    const sum = { dataPoints, aggregationTemporality: 1, isMonotonic: true };
    const input = MetricsData.encode({
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'a', sum }] }] }],
    }).finish();
    const [merged] = guest.consume('metrics', input).results;
    const given = MetricsData.toObject(MetricsData.decode(merged), { longs: Number, bytes: Array }) as {
      resourceMetrics: { scopeMetrics: { metrics: { sum: { dataPoints: never[] } }[] }[] }[];
    };
    const points = given.resourceMetrics[0].scopeMetrics[0].metrics[0].sum.dataPoints as {
      asInt: number;
      startTimeUnixNano: number;
      exemplars: { asInt: number }[];
    }[];
    assert.deepEqual(
      points.map(({ asInt, startTimeUnixNano, exemplars }) => ({
        ...{ asInt, startTimeUnixNano, exemplars: exemplars.map(each => each.asInt) },
      })),
      [
        { asInt: 8, startTimeUnixNano: 4, exemplars: [1, 3, 4] },
        { asInt: 2, startTimeUnixNano: 5, exemplars: [2] },
      ],
    );
  });

  it('rejects an invalid configuration', () => {
    for (const config of [
      { maxResults: 0 },
      { maxResults: 1.5 },
      { maxResults: 65537 },
      { attribute: [] },
      { placeholders: { id: 'a' } },
      { patterns: [{ pattern: 'a+', replacement: '' }] },
      { keep: '/a' },
    ]) {
      assert.throws(() => Guest.load('templates', config), /pluginConfig/);
    }
  });
});
