import assert from 'node:assert/strict';
import { countItems, decodeMetrics } from '../../../src/otlp';
import { writeWithProtobufjs } from '../protobufjs';

const decode = (...metrics: object[]) => {
  const bytes = writeWithProtobufjs('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
  const decoded = decodeMetrics(bytes);
  const kept = decoded.resourceMetrics[0].scopeMetrics[0].metrics;
  return { kept, unrepresentable: decoded.unrepresentable, count: countItems('metrics', bytes) };
};

describe("what the SDK's metric types cannot represent is reported:", () => {
  const dropped: [reason: string, metric: object][] = [
    ['summary', { summary: { dataPoints: [{ count: 1 }, { count: 2 }] } }],
    ['no recorded value', { gauge: { dataPoints: [{ flags: 1 }, { asInt: 1, flags: 1 }] } }],
    ['no value', { gauge: { dataPoints: [{}, {}] } }],
    ['no aggregation temporality', { sum: { dataPoints: [{ asInt: 1 }, { asInt: 2 }] } }],
  ];
  for (const [reason, metric] of dropped) {
    it(`${reason}, with missing points`, () => {
      const { kept, unrepresentable, count } = decode({ name: 'm', ...metric });
      assert.deepEqual(unrepresentable, [{ reason, dataPoints: 2, dropped: true }]);
      assert.equal(count, 2);
      assert.equal(
        kept.reduce((sum, { dataPoints }) => sum + dataPoints.length, 0),
        0,
      );
    });
  }

  const point = { asInt: 5, startTimeUnixNano: 1, timeUnixNano: 2 };
  const reduced: [reason: string, metric: object][] = [
    ['exemplars', { gauge: { dataPoints: [{ ...point, exemplars: [{ asInt: 1 }] }] } }],
    ['data point flags', { gauge: { dataPoints: [{ ...point, flags: 2 }] } }],
    ['metric metadata', { metadata: [{ key: 'a' }], gauge: { dataPoints: [point] } }],
    ['integers among doubles', { gauge: { dataPoints: [point, { asDouble: 1.5 }] } }],
    [
      'zero threshold',
      { exponentialHistogram: { aggregationTemporality: 1, dataPoints: [{ count: 1, zeroThreshold: 0.5 }] } },
    ],
  ];
  for (const [reason, metric] of reduced) {
    it(`${reason}, with points that lost it`, () => {
      const { kept, unrepresentable, count } = decode({ name: 'm', ...metric });
      assert.deepEqual(unrepresentable, [{ reason, dataPoints: 1, dropped: false }]);
      assert.equal(kept[0].dataPoints.length, count);
    });
  }

  it('nothing for representable metrics', () => {
    assert.deepEqual(decode({ gauge: { dataPoints: [point] } }).unrepresentable, []);
  });

  it('without mixing two kinds of data in one metric', () => {
    const gauge = writeWithProtobufjs('metrics', metricOf({ gauge: { dataPoints: [point] } })).subarray(6);
    const sum = writeWithProtobufjs('metrics', metricOf({ sum: { dataPoints: [point] } })).subarray(6);
    const embed = (tag: number, content: Uint8Array) => Uint8Array.from([tag, content.length, ...content]);
    const metric = Uint8Array.from([...gauge, ...sum]);
    const bytes = embed(0x0a, embed(0x12, embed(0x12, metric)));
    assert.throws(() => decodeMetrics(bytes), { code: 'DECODE', message: /data of two kinds/ });
  });
});

function metricOf(metric: object): object {
  return { resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] };
}
