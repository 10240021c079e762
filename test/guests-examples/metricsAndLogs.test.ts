import assert from 'node:assert/strict';
import { Guest } from '../assembly/harness';
import { anyValue, attributesOf, jsValue, keyValues, LogsData, MetricsData } from '../assembly/otlp';

interface MetricInput {
  name: string;
  kind?: string;
  points?: object[];
}

function metrics(list: MetricInput[]): Uint8Array {
  return MetricsData.encode({
    resourceMetrics: [
      {
        scopeMetrics: [
          {
            metrics: list.map(({ name, kind = 'gauge', points = [{}] }) => ({
              name,
              [kind]: { dataPoints: points.map(attributes => ({ attributes: keyValues(attributes) })) },
            })),
          },
        ],
      },
    ],
  }).finish();
}

/** Names of the metrics that are left, with the attributes of their points. */
function left(config: unknown, list: MetricInput[]): unknown {
  const input = metrics(list);
  const { status, reason, results } = Guest.load('metrics-filter', config).consume('metrics', input);
  assert.equal(status, 0, reason);
  const groups = MetricsData.decode(results[0] ?? input).resourceMetrics;
  /* eslint-disable-next-line @typescript-eslint/no-explicit-any -- generated messages */
  return groups.flatMap((g: any) =>
    /* eslint-disable-next-line @typescript-eslint/no-explicit-any -- generated messages */
    g.scopeMetrics[0].metrics.map((m: any) => [
      m.name,
      ...(m.gauge ?? m.sum ?? m.histogram ?? m.exponentialHistogram ?? m.summary).dataPoints.map(
        attributesOf,
      ),
    ]),
  );
}

describe('guest metrics-filter (AssemblyScript)', () => {
  it('drops metrics by name', () => {
    const list = [{ name: 'a.b' }, { name: 'a.c' }, { name: 'x' }];
    assert.deepEqual(left({ drop: ['a.b'] }, list), [
      ['a.c', {}],
      ['x', {}],
    ]);
    assert.deepEqual(left({ drop: ['a.*'] }, list), [['x', {}]]);
    assert.deepEqual(left({ drop: [{ name: { prefix: 'a' } }, 'x'] }, list), []);
    assert.deepEqual(left(null, list), [
      ['a.b', {}],
      ['a.c', {}],
      ['x', {}],
    ]);
  });

  for (const kind of ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary']) {
    it(`drops data points of a ${kind} by attributes, and metrics without points`, () => {
      const points = [{ path: '/healthz', n: 1 }, { path: '/x', n: 2 }, { n: 3 }];
      const list = [
        { name: 'a', kind, points },
        { name: 'b', kind, points: [{ path: '/healthz' }] },
      ];
      assert.deepEqual(left({ drop: [{ attributes: { path: '/healthz' } }] }, list), [
        ['a', { path: '/x', n: 2 }, { n: 3 }],
      ]);
      assert.deepEqual(left({ drop: [{ name: 'b', attributes: { path: '/healthz' } }] }, list), [
        ['a', ...points],
      ]);
    });
  }

  it('reports what is wrong with a rule', () => {
    assert.throws(
      () => Guest.load('metrics-filter', { drop: [{}] }),
      /drop\[0\]: expected a name, attributes or both/,
    );
  });
});

describe('guest logs-redact (AssemblyScript)', () => {
  const SECRET = 'hunter2-hunter2';
  const run = (config: unknown, records: object[]) => {
    const input = LogsData.encode({ resourceLogs: [{ scopeLogs: [{ logRecords: records }] }] }).finish();
    const { results, reason, status } = Guest.load('logs-redact', config).consume('logs', input);
    assert.equal(status, 0, reason);
    const bytes = results[0] ?? input;
    return { bytes, records: LogsData.decode(bytes).resourceLogs[0]?.scopeLogs[0].logRecords ?? [] };
  };

  it('drops records below a severity and keeps records without one', () => {
    const records = [1, 8, 9, 12, 13, 17, 24, 0].map(severityNumber => ({ severityNumber }));
    const numbers = (config: unknown) =>
      run(config, records).records.map((r: { severityNumber: unknown }) => Number(r.severityNumber));
    assert.deepEqual(numbers({ minSeverity: 'warn' }), [13, 17, 24, 0]);
    assert.deepEqual(numbers({ minSeverity: 'info' }), [9, 12, 13, 17, 24, 0]);
    assert.equal(numbers(null).length, records.length);
  });

  it('removes all bytes of a secret from bodies and attributes', () => {
    const { bytes, records } = run({ keys: ['*token*'], texts: [`*${SECRET}*`], remove: ['drop'] }, [
      { body: anyValue(`login with ${SECRET} failed`), attributes: keyValues({ a: [SECRET] }) },
      { body: anyValue({ user: { token: SECRET, drop: SECRET }, list: [SECRET, 1] }) },
      { body: anyValue(5), attributes: keyValues({ api_token: SECRET }) },
      {},
    ]);
    assert.ok(!Buffer.from(bytes).includes(SECRET));
    assert.deepEqual(
      records.map((r: { body: Record<string, unknown> | null }) => r.body && jsValue(r.body)),
      ['***', { user: { token: '***' }, list: ['***', 1] }, 5, null],
    );
    assert.deepEqual(records.map(attributesOf), [{ a: ['***'] }, {}, { api_token: '***' }, {}]);
  });

  it('lists the allowed severities', () => {
    assert.throws(
      () => Guest.load('logs-redact', { minSeverity: 'loud' }),
      /minSeverity: expected one of trace, debug, info, warn, error, fatal, got "loud"/,
    );
  });
});
