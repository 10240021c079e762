import { inspect } from 'node:util';
import assert from 'node:assert/strict';
import { ValueType } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { AggregationTemporality, DataPointType, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import type { Signal } from '../../../src/abi/signal';
import {
  countItems,
  decodeLogs,
  decodeMetrics,
  decodeTraces,
  encodeLogs,
  encodeMetrics,
  encodeTraces,
  leaseLogs,
  leaseMetrics,
  leaseTraces,
  type EncodedBatch,
} from '../../../src/otlp';
import { logRecords, resourceMetrics, spans } from '../arbitraries';
import { readWithProtobufjs } from '../protobufjs';

const resource = resourceFromAttributes({ 'service.name': 'test' });
const context = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };

function span(fields: object = {}): ReadableSpan {
  return {
    ...{
      name: 'span',
      kind: 0,
      spanContext: () => context,
      startTime: [1, 2],
      endTime: [3, 4],
      duration: [2, 2],
    },
    ...{ status: { code: 0 }, attributes: {}, links: [], events: [], ended: true, resource },
    ...{ instrumentationScope: { name: 'scope' } },
    ...{ droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0 },
    ...fields,
  };
}

function logRecord(fields: object = {}): ReadableLogRecord {
  return {
    ...{ hrTime: [1, 2], hrTimeObserved: [3, 4], resource, instrumentationScope: { name: 'scope' } },
    ...{ attributes: {}, droppedAttributesCount: 0 },
    ...fields,
  };
}

const circular: Record<string, unknown> = { ok: 1 };
circular.self = circular;
const circularArray: unknown[] = [1];
circularArray.push(circularArray, 2);
const throwing = Object.defineProperty({}, 'boom', {
  enumerable: true,
  get: () => {
    throw new Error('getter');
  },
});

describe('a value that OTLP cannot represent', () => {
  const lost: [name: string, value: unknown][] = [
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a BigInt beyond int64', 2n ** 63n],
    ['a BigInt below int64', -(2n ** 63n) - 1n],
    ['a revoked proxy', revokedProxy()],
  ];
  for (const [name, value] of lost) {
    it(`is dropped alone and counted: ${name}`, () => {
      const bad = span({ attributes: { before: 1, bad: value, after: 2 }, droppedAttributesCount: 3 });
      const [decoded, other] = decodeTraces(encodeTraces([bad, span()]));
      assert.deepEqual(decoded.attributes, { before: 1, after: 2 });
      assert.equal(decoded.droppedAttributesCount, 4);
      assert.equal(other.name, 'span');
    });
  }

  it('is encoded as the empty value if undefined, and not counted', () => {
    const [decoded] = decodeTraces(encodeTraces([span({ attributes: { before: 1, none: undefined } })]));
    assert.deepEqual(decoded.attributes, { before: 1, none: null });
    assert.equal(decoded.droppedAttributesCount, 0);
  });

  it('is dropped alone inside another', () => {
    const body = { circular, circularArray, list: [1, Symbol('s'), 2], throwing, deep: { fine: true } };
    const [decoded] = decodeLogs(encodeLogs([logRecord({ body })]));
    assert.deepEqual(decoded.body, {
      circular: { ok: 1 },
      circularArray: [1, null, 2],
      list: [1, null, 2],
      throwing: {},
      deep: { fine: true },
    });
  });

  it('is dropped alone if its getter throws', () => {
    const attributes = Object.defineProperty(
      { a: 1, boom: 0, b: 2 },
      'boom',
      Object.getOwnPropertyDescriptor(throwing, 'boom')!,
    );
    const [decoded] = decodeTraces(encodeTraces([span({ attributes })]));
    assert.deepEqual(decoded.attributes, { a: 1, b: 2 });
    assert.equal(decoded.droppedAttributesCount, 1);
  });

  it('is dropped alone if it is nested too deep or too large through shared references', () => {
    let deep: unknown = 'bottom';
    for (let i = 0; i < 65; i++) deep = [deep];
    let wide: unknown = 'x';
    for (let i = 0; i < 60; i++) wide = [wide, wide];
    const [decoded] = decodeTraces(encodeTraces([span({ attributes: { wide, ok: true } })]));
    assert.deepEqual(decoded.attributes, { ok: true });
    const [{ body }] = decodeLogs(encodeLogs([logRecord({ body: { deep, ok: true } })]));
    assert.equal((body as Record<string, unknown>).ok, true);
  });

  it('is omitted as a body', () => {
    const [one, other] = decodeLogs(encodeLogs([logRecord({ body: () => 1 }), logRecord({ body: 'text' })]));
    assert.equal(one.body, undefined);
    assert.equal(other.body, 'text');
  });

  it('is dropped from resource and scope too', () => {
    const scope = { name: 'scope', attributes: { bad: () => 1, ok: 1 } };
    const from = { attributes: { bad: () => 1, ok: 1 } };
    const [decoded] = decodeTraces(encodeTraces([span({ resource: from, instrumentationScope: scope })]));
    assert.deepEqual(decoded.resource.attributes, { ok: 1 });
    assert.deepEqual(decoded.instrumentationScope, {
      name: 'scope',
      attributes: { ok: 1 },
      droppedAttributesCount: 1,
    });
  });
});

function revokedProxy(): unknown {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
}

describe('other bad data', () => {
  it('with times that OTLP cannot represent gets unknown times', () => {
    for (const time of [[-1, 0], [NaN, 0], [0, Infinity], [2 ** 63, 0], undefined]) {
      const [decoded] = decodeTraces(encodeTraces([span({ startTime: time })]));
      assert.deepEqual(decoded.startTime, [0, 0], String(time));
      assert.deepEqual(decoded.endTime, [3, 4]);
    }
  });

  it('with nanoseconds beyond a second or a fraction keeps its time', () => {
    const [decoded] = decodeTraces(
      encodeTraces([span({ startTime: [1, 1_500_000_000.7], endTime: [3, -1] })]),
    );
    assert.deepEqual(decoded.startTime, [2, 500_000_000]);
    assert.deepEqual(decoded.endTime, [2, 999_999_999]);
  });

  it('with invalid ids is encoded without them', () => {
    const bad = { traceId: 'xyz', spanId: 'b7ad6b716920333g', traceFlags: 1 };
    const [decoded] = decodeTraces(
      encodeTraces([span({ spanContext: () => bad, parentSpanContext: { ...bad, spanId: '' } })]),
    );
    assert.deepEqual(decoded.spanContext(), { traceId: '', spanId: '', traceFlags: 1 });
    assert.equal(decoded.parentSpanContext, undefined);
  });

  it('with a non-hexadecimal character anywhere in an id is encoded without that id', () => {
    const { traceId, spanId } = context;
    for (let i = 0; i < traceId.length; i++) {
      for (const wrong of ['g', '/', ':', '@', '`', ' ', '\u0100', '\u0161']) {
        const put = (id: string) => id.slice(0, i) + wrong + id.slice(i + 1);
        const bad = {
          traceId: put(traceId),
          spanId: i < spanId.length ? put(spanId) : spanId,
          traceFlags: 1,
        };
        const [decoded] = decodeTraces(encodeTraces([span({ spanContext: () => bad })]));
        const expected = { traceId: '', spanId: i < spanId.length ? '' : spanId, traceFlags: 1 };
        assert.deepEqual(decoded.spanContext(), expected, `${i} ${wrong}`);
      }
    }
  });

  it('drops only a span whose methods throw, and logs it', () => {
    const errors: unknown[] = [];
    const bad = span({
      spanContext: () => {
        throw new Error('no context');
      },
    });
    const decoded = decodeTraces(encodeTraces([span(), bad, span()], error => errors.push(error)));
    assert.equal(decoded.length, 2);
    assert.equal(String(errors), 'Error: no context');
  });

  it('in names and messages of other types is omitted', () => {
    const [decoded] = decodeTraces(
      encodeTraces([span({ name: 7, status: { code: 9.5, message: {} }, kind: undefined })]),
    );
    assert.equal(decoded.name, '');
    assert.deepEqual(decoded.status, { code: 0 });
    assert.equal(decoded.kind, 0);
  });

  it('whose getters encode does not disturb its encoding', () => {
    let inner: Uint8Array | undefined;
    const attributes = {
      get nested() {
        inner = encodeTraces([span({ name: 'inner' })]);
        return 'outer';
      },
    };
    const [outer] = decodeTraces(encodeTraces([span({ attributes })]));
    assert.deepEqual(outer.attributes, { nested: 'outer' });
    assert.ok(inner);
    assert.equal(decodeTraces(inner)[0].name, 'inner');
  });
});

describe("a value for which the encoder differs from the SDK's serializer", () => {
  const anyValues = (bytes: Uint8Array): unknown[] => {
    const { resourceSpans } = readWithProtobufjs('traces', bytes) as never as {
      resourceSpans: { scopeSpans: { spans: { attributes: unknown[] }[] }[] }[];
    };
    return resourceSpans[0].scopeSpans[0].spans[0].attributes;
  };
  const differences: [name: string, value: unknown, ours: unknown[], theirs: unknown[]][] = [
    ['a BigInt', -5n, [{ key: 'a', value: { intValue: '-5' } }], [{ key: 'a', value: {} }]],
  ];
  for (const [name, value, ours, theirs] of differences) {
    it(`is ${name}`, () => {
      const given = [span({ attributes: { a: value } })];
      assert.deepEqual(anyValues(encodeTraces(given)), ours);
      assert.deepEqual(anyValues(ProtobufTraceSerializer.serializeRequest(given)!), theirs);
    });
  }

  for (const value of [-0, undefined, null, [-0, undefined], { zero: -0, none: undefined }]) {
    it(`is not ${inspect(value)}`, () => {
      const given = [span({ attributes: { a: value } })];
      assert.deepEqual(
        anyValues(encodeTraces(given)),
        anyValues(ProtobufTraceSerializer.serializeRequest(given)!),
      );
    });
  }

  it('is a circular value, for which the SDK loses the batch', () => {
    const given = [span({ attributes: { circular } })];
    assert.throws(() => ProtobufTraceSerializer.serializeRequest(given), RangeError);
    assert.deepEqual(decodeTraces(encodeTraces(given))[0].attributes, { circular: { ok: 1 } });
  });

  it('is an integer metric with a fractional value', () => {
    const point = (value: number) => ({ startTime: [1, 0], endTime: [2, 0], attributes: {}, value });
    const metrics = {
      resource,
      scopeMetrics: [
        {
          scope: { name: 'scope' },
          metrics: [
            {
              descriptor: { name: 'm', description: '', unit: '', valueType: ValueType.INT },
              aggregationTemporality: AggregationTemporality.DELTA,
              dataPointType: DataPointType.SUM,
              isMonotonic: false,
              dataPoints: [NaN, 0.5, 2 ** 63, 7].map(point),
            },
          ],
        },
      ],
    } as unknown as ResourceMetrics;
    const decoded = decodeMetrics(encodeMetrics(metrics));
    const [metric] = decoded.resourceMetrics[0].scopeMetrics[0].metrics;
    assert.deepEqual(
      (metric.dataPoints as { value: number }[]).map(({ value }) => value),
      [NaN, 0.5, 2 ** 63, 7],
    );
    assert.deepEqual(decoded.unrepresentable, [
      { reason: 'integers among doubles', dataPoints: 1, dropped: false },
    ]);
  });
});

describe('a resource', () => {
  it('is encoded with the attributes that it has when it settles', async () => {
    const settling = resourceFromAttributes({
      now: 1,
      later: new Promise<string>(resolve => setImmediate(resolve, 'there')),
    });
    const given = [span({ resource: settling })];
    assert.deepEqual(decodeTraces(encodeTraces(given))[0].resource.attributes, { now: 1 });
    await settling.waitForAsyncAttributes?.();
    assert.deepEqual(decodeTraces(encodeTraces(given))[0].resource.attributes, { now: 1, later: 'there' });
  });
});

describe('leased bytes', () => {
  it('know their number of items, without the dropped ones', () => {
    const counted = (signal: Signal, { bytes, items }: EncodedBatch) => {
      assert.equal(items, countItems(signal, bytes));
      return items;
    };
    fc.assert(
      fc.property(spans, logRecords, resourceMetrics, (someSpans, records, metrics) => {
        assert.equal(counted('traces', leaseTraces(someSpans)), someSpans.length);
        assert.equal(counted('logs', leaseLogs(records)), records.length);
        counted('metrics', leaseMetrics(metrics));
      }),
    );
    const fails = (): never => {
      throw new Error('not this one');
    };
    assert.equal(counted('traces', leaseTraces([span(), span({ spanContext: fails })])), 1);
    const point = { startTime: [1, 0], endTime: [2, 0], attributes: {}, value: 1 };
    const metric = {
      descriptor: { name: 'm', description: '', unit: '', valueType: ValueType.INT },
      aggregationTemporality: AggregationTemporality.DELTA,
      dataPointType: DataPointType.SUM,
      dataPoints: [point, Object.defineProperty({ ...point }, 'value', { get: fails })],
    };
    const metrics = { resource, scopeMetrics: [{ scope: { name: 'scope' }, metrics: [metric] }] };
    assert.equal(counted('metrics', leaseMetrics(metrics as unknown as ResourceMetrics)), 1);
  });

  /** Enough to be worth a buffer. */
  const named = (name: string) => [span({ name: name.padEnd(20_000, '.') })];

  it('are the same bytes', () => {
    assert.deepEqual(leaseTraces(named('one')).bytes, encodeTraces(named('one')));
  });

  it('stay unchanged, whatever is encoded after them', () => {
    const leases = ['a', 'b', 'c'].map(name => leaseTraces(named(name)));
    encodeTraces(named('other'));
    for (const [index, name] of ['a', 'b', 'c'].entries())
      assert.deepEqual(leases[index].bytes, encodeTraces(named(name)));
  });

  it('are reused after release', () => {
    const { bytes, release } = leaseTraces(named('first'));
    release();
    leaseTraces(named('other'));
    assert.deepEqual(bytes, encodeTraces(named('other')));
  });

  it('are not released by an expired lease', () => {
    const first = leaseTraces(named('first'));
    first.release();
    const second = leaseTraces(named('second'));
    first.release();
    leaseTraces(named('third'));
    assert.deepEqual(second.bytes, encodeTraces(named('second')));
  });

  it('hold little more memory than their size, also after a huge batch', () => {
    leaseTraces([span({ name: 'x'.repeat(2_000_000) })]).release();
    for (const length of [1, 20_000]) {
      const leases = Array.from({ length: 500 }, () => leaseTraces([span({ name: 'y'.repeat(length) })]));
      const held = new Set(leases.map(({ bytes }) => bytes.buffer));
      const size = [...held].reduce((sum, { byteLength }) => sum + byteLength, 0);
      assert.ok(size < 500 * 4 * (length + 200) + 2 ** 24, `${size}`);
    }
  });

  it('are not overwritten by a getter that encodes', () => {
    const attributes = {
      get inner() {
        leaseTraces(named('inner'));
        return 'value';
      },
    };
    const { bytes } = leaseTraces([span({ name: 'outer', attributes })]);
    assert.deepEqual(bytes, encodeTraces([span({ name: 'outer', attributes: { inner: 'value' } })]));
  });
});

describe('a batch', () => {
  it('has a size limit when records share a large value: records beyond it are dropped and logged', () => {
    const shared = { text: 'x'.repeat(1_000_000) };
    const records = Array.from({ length: 100 }, (_, index) =>
      logRecord({ body: index, attributes: { shared: index % 2 === 0 ? shared : 1 } }),
    );
    const lost: unknown[] = [];
    const onLost = (error: unknown): void => void lost.push(error);
    const bytes = encodeLogs(records, onLost);
    const kept = decodeLogs(bytes);
    assert.ok(bytes.length <= 64 * 2 ** 20 && kept.length + lost.length === 100);
    assert.deepEqual(lost, []);

    const larger = { text: 'x'.repeat(2_000_000) };
    const many = records.map((_, index) =>
      logRecord({ attributes: { larger: index % 2 === 0 ? larger : 1 } }),
    );
    const left = decodeLogs(encodeLogs(many, onLost));
    assert.equal(left.length, 33 + 50);
    assert.equal(lost.length, 17);
    assert.match(String(lost[0]), /the batch would be larger than 67108864 bytes/);
  });
});

describe('a span of SDK 1', () => {
  it('is rejected with a message that names SDK 1', () => {
    const { instrumentationScope: instrumentationLibrary, ...rest } = span();
    const given = [{ ...rest, instrumentationLibrary, parentSpanId: '1'.repeat(16) }] as never;
    assert.throws(() => encodeTraces(given), { code: 'SDK_UNSUPPORTED', message: /SDK 1 .*SDK 2 and 3/ });
  });
});
