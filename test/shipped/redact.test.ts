import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { BasicTracerProvider, InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { WasmSpanProcessor } from '../../src';
import { compileRegex } from '../../src/rules';
import { Guest } from '../assembly/harness';
import {
  anyValue,
  attributesOf,
  jsValue,
  keyValues,
  LogsData,
  MetricsData,
  spansOf,
  traces,
} from '../assembly/otlp';
import { built } from '../support/built';

const CARD = '4111 1111 1111 1111';
const KEY = 'a key of at least sixteen bytes';
const hmac = (text: string): string => createHmac('sha256', KEY).update(text).digest('hex');
const program = (source: string): string => Buffer.from(compileRegex(source).program).toString('base64');

/** The attributes of a span behind the guest; undefined when it was dropped. */
function redacted(config: unknown, attributes: object): Record<string, unknown> | undefined {
  const { status, reason, results } = Guest.load('redact', config).consume(
    'traces',
    traces([{ attributes }]),
  );
  assert.equal(status, 0, reason);
  const [span] = results.length === 0 ? spansOf(traces([{ attributes }])) : spansOf(results[0]);
  return span && attributesOf(span);
}

describe('otelwasm:redact', () => {
  before(() => built('redact'));

  it('needs no configuration', async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({
      spanProcessors: [new WasmSpanProcessor('otelwasm:redact', { exporter })],
    });
    const attributes = {
      'db.password': 'hunter2',
      'url.full': 'https://jane:pw@a.b/c?sig=abc&d=1',
      ok: 'yes',
    };
    const span = provider.getTracer('test').startSpan(`pay ${CARD}`, { attributes });
    span.setStatus({ code: 2, message: 'no mail to jane@example.com' });
    span.end();
    await provider.forceFlush();
    const [sent] = exporter.getFinishedSpans();
    await provider.shutdown();
    assert.deepEqual(
      [sent.name, sent.status.message, sent.attributes],
      [
        'pay ***',
        'no mail to ***',
        { 'db.password': '***', 'url.full': 'https://***@a.b/c?sig=***&d=1', ok: 'yes' },
      ],
    );
  });

  it('masks, keeps the last four, hashes, removes and drops, by detector and by key', () => {
    const config = {
      hmacKey: KEY,
      mask: '#',
      detectors: { card: 'last4', email: 'hash', jwt: 'drop', bearer: 'remove' },
      keys: [{ key: 'user.id', action: 'hash' }, { key: 'phone', action: 'last4' }, 'name'],
      remove: ['gone'],
    };
    const found = redacted(config, {
      ...{
        a: `card ${CARD}.`,
        b: 'from jane@example.com',
        c: 'Bearer abcdefgh12345678abcdefgh.',
        name: [1, 2],
      },
      ...{ 'user.id': 42, phone: '0151 1234567', gone: 'x', nested: { 'USER.ID': 'jane', list: [CARD] } },
    });
    assert.deepEqual(found, {
      ...{ a: 'card #1111.', b: `from ${hmac('jane@example.com')}`, c: 'Bearer ', name: '#' },
      ...{ 'user.id': hmac('42'), phone: '#4567', nested: { 'USER.ID': hmac('jane'), list: ['#1111'] } },
    });
    assert.equal(
      redacted(config, { a: ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.c2lnbmF0dXJl'] }),
      undefined,
    );
  });

  it('keeps the last four bytes of values above eight bytes, and only whole characters', () => {
    const config = { action: 'last4', keys: ['*'], detectors: [] };
    const found = redacted(config, {
      short: '12345678',
      long: '123456789',
      wide: '123456é89',
      emoji: '12345678😀9',
    });
    assert.deepEqual(found, { short: '***', long: '***6789', wide: '***é89', emoji: '***9' });
    // The decoder of this test takes half a character for none.
    const batch = traces([{ attributes: { emoji: '12345678😀9' } }]);
    assert.ok(Buffer.from(Guest.load('redact', config).consume('traces', batch).results[0]).includes('***9'));
  });

  it('computes HMAC-SHA256 for any size of key and value', () => {
    for (const size of [16, 55, 63, 64, 65, 200]) {
      const key = 'k'.repeat(size);
      const value = 'é'.repeat(size);
      const expected = createHmac('sha256', key).update(value).digest('hex');
      assert.deepEqual(redacted({ hmacKey: key, keys: [{ key: 'a', action: 'hash' }] }, { a: value }), {
        a: expected,
      });
    }
  });

  it('removes keys outside the allow-list, also in nested maps, and searches the rest', () => {
    const attributes = { 'http.route': '/a', secret: 1, unknown: 'x', map: { 'http.route': CARD, other: 2 } };
    const config = { allow: ['http.*', 'map', 'secret'] };
    assert.deepEqual(redacted(config, attributes), {
      'http.route': '/a',
      secret: '***',
      map: { 'http.route': '***' },
    });
    assert.deepEqual(redacted({ allow: [] }, attributes), {});
  });

  it('leaves ignored keys and lookalikes of secret keys unchanged', () => {
    assert.deepEqual(redacted({ ignore: ['a.*'] }, { 'a.token': CARD, b: CARD }), {
      'a.token': CARD,
      b: '***',
    });
    const counts = { 'gen_ai.usage.input_tokens': 5, 'user.has_password': true };
    assert.deepEqual(redacted(null, counts), counts);
    assert.deepEqual(redacted({ defaults: false, detectors: [] }, { password: 'x', b: CARD }), {
      password: 'x',
      b: CARD,
    });
  });

  it('finds cards among numbers', () => {
    assert.deepEqual(redacted(null, { a: 4111111111111111, b: 4111111111111112 }), {
      a: '***',
      b: 4111111111111112,
    });
    const body = { doubleValue: 4111111111111111 };
    const input = LogsData.encode({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body }] }] }] }).finish();
    const [group] = LogsData.decode(Guest.load('redact').consume('logs', input).results[0]).resourceLogs;
    assert.equal(jsValue((group.scopeLogs[0].logRecords[0] as { body: object }).body as never), '***');
  });

  it('has a preset for prompts and completions of models', () => {
    const attributes = {
      'gen_ai.prompt.0.content': 'who?',
      'gen_ai.request.model': 'm',
      'gen_ai.tool.call.arguments': { a: 1 },
    };
    assert.deepEqual(redacted({ preset: 'genai' }, attributes), {
      ...{
        'gen_ai.prompt.0.content': '***',
        'gen_ai.request.model': 'm',
        'gen_ai.tool.call.arguments': '***',
      },
    });
    const record = (eventName: string, attributes: object) => ({
      ...{ eventName, body: anyValue({ content: 'who?' }), attributes: keyValues(attributes) },
    });
    const logRecords = [
      record('gen_ai.user.message', {}),
      record('', { 'event.name': 'gen_ai.choice' }),
      record('other', {}),
    ];
    const input = LogsData.encode({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }).finish();
    const { results } = Guest.load('redact', { preset: 'genai' }).consume('logs', input);
    assert.deepEqual(
      LogsData.decode(results[0]).resourceLogs[0].scopeLogs[0].logRecords.map((r: { body: never }) =>
        jsValue(r.body),
      ),
      ['***', '***', { content: 'who?' }],
    );
  });

  for (const [sql, expected] of [
    [`SELECT a1 FROM t2 WHERE b = 'it''s' AND c > -12.5e3`, 'SELECT a1 FROM t2 WHERE b = ? AND c > ?'],
    [`INSERT INTO t VALUES (1,'a\\'b',$1, :2, $$x'y$$, 0xff)`, 'INSERT INTO t VALUES (?,?,$1, :2, ?, ?)'],
    [`SELECT "it's" FROM t WHERE n = 'open`, `SELECT "it's" FROM t WHERE n = ?`],
    ['SELECT 5-3, N', 'SELECT ?-?, N'],
  ]) {
    it(`removes the literals of ${sql}`, () => {
      assert.deepEqual(redacted({ sql: true }, { 'db.query.text': sql, other: sql }), {
        'db.query.text': expected,
        other: sql,
      });
    });
  }

  it('replaces matches of configured patterns, and values and keys that match as a whole', () => {
    const config = {
      values: [{ pattern: program('acct-[0-9]+') }, { pattern: program('b+'), action: 'remove' }],
      texts: ['Internal *', { pattern: program('^x{3}$'), action: 'drop' }],
      keys: [{ pattern: program('^k[0-9]$') }],
      urlParameters: ['session'],
    };
    assert.deepEqual(
      redacted(config, {
        a: 'acct-12 and acct-3, abba',
        b: 'internal note',
        k1: 5,
        k12: 5,
        u: '/a?session=x&y=1',
      }),
      { a: '*** and ***, aa', b: '***', k1: '***', k12: 5, u: '/a?session=***&y=1' },
    );
    assert.equal(redacted(config, { a: 'xxx' }), undefined);
  });

  it('drops single data points and exemplars, and a metric with its last point', () => {
    const guest = Guest.load('redact', { action: 'drop' });
    const point = (attributes: object, exemplar?: object) => ({
      ...{ asInt: 1, attributes: keyValues(attributes) },
      exemplars: exemplar ? [{ asInt: 1, filteredAttributes: keyValues(exemplar) }] : [],
    });
    const metrics = [
      {
        name: 'a',
        sum: { dataPoints: [point({ card: CARD }), point({ ok: 1 }, { mail: 'jane@example.com' })] },
      },
      { name: 'b', gauge: { dataPoints: [point({ password: 'x' })] } },
    ];
    const input = MetricsData.encode({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }).finish();
    const [{ scopeMetrics }] = MetricsData.decode(guest.consume('metrics', input).results[0]).resourceMetrics;
    assert.deepEqual(
      scopeMetrics[0].metrics.map((m: { name: string }) => m.name),
      ['a'],
    );
    const { dataPoints } = scopeMetrics[0].metrics[0].sum;
    assert.deepEqual([dataPoints.length, dataPoints[0].exemplars.length], [1, 0]);
  });

  it('merges data points that differ only in SQL literals', () => {
    const guest = Guest.load('redact', { sql: true });
    const point = (id: number, rest: object) => ({
      attributes: keyValues({ 'db.query.text': `SELECT * FROM t WHERE id = ${id}`, 'db.namespace': 'shop' }),
      startTimeUnixNano: 1,
      timeUnixNano: 2,
      ...rest,
    });
    const buckets = (bucketCounts: number[], sum: number) => ({
      ...{ count: bucketCounts[0] + bucketCounts[1], sum, bucketCounts, explicitBounds: [5] },
    });
    const metrics = [
      {
        name: 'calls',
        sum: {
          dataPoints: [point(1, { asInt: 3 }), point(22, { asInt: 4 })],
          aggregationTemporality: 1,
          isMonotonic: true,
        },
      },
      {
        name: 'time',
        histogram: {
          dataPoints: [point(1, buckets([1, 2], 20)), point(2, buckets([5, 0], 7.5))],
          aggregationTemporality: 2,
        },
      },
    ];
    const input = MetricsData.encode({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }).finish();
    const [{ scopeMetrics }] = MetricsData.decode(guest.consume('metrics', input).results[0]).resourceMetrics;
    const [calls, time] = scopeMetrics[0].metrics as {
      sum: { dataPoints: { attributes: never[]; asInt: unknown }[] };
      histogram: {
        dataPoints: { attributes: never[]; count: unknown; sum: number; bucketCounts: unknown[] }[];
      };
    }[];
    const text = { 'db.query.text': 'SELECT * FROM t WHERE id = ?', 'db.namespace': 'shop' };
    assert.equal(calls.sum.dataPoints.length, 1);
    assert.deepEqual(attributesOf(calls.sum.dataPoints[0]), text);
    assert.equal(Number(calls.sum.dataPoints[0].asInt), 7);
    const [merged, ...others] = time.histogram.dataPoints;
    assert.deepEqual([others.length, attributesOf(merged)], [0, text]);
    assert.deepEqual([Number(merged.count), merged.sum, merged.bucketCounts.map(Number)], [8, 27.5, [6, 2]]);
  });

  it('logs once a minute how much it found, but not what', () => {
    const guest = Guest.load('redact');
    const send = (attributes: object) => guest.consume('traces', traces([{ attributes }]));
    send({ a: CARD, b: 'to jane@example.com', password: 'hunter2' });
    for (let second = 0; second < 150; second++) {
      guest.nanos += 1_000_000_000n;
      send({ a: CARD });
    }
    guest.shutdown();
    assert.deepEqual(guest.logs, [
      '<6>redacted in 60 s: card 61, email 1, keys 1',
      '<6>redacted in 60 s: card 61',
      '<6>redacted in 27 s: card 29',
    ]);
  });
});
