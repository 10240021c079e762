import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SIGNALS } from '../../../src/abi/signal';
import { otlpFromJson, otlpToJson, signalsOfJson } from '../../../src/otlp/json';
import { type JsonField, type JsonMessage, messageNamed } from '../../../src/otlp/json/fields';
import type { ScalarType } from '../../../src/otlp/schema';
import { JSON_PAYLOADS } from '../../../src/otlp/json/toJson';
import { decodeTraces, encodeTraces } from '../../../src/otlp';
import { spans } from '../arbitraries';
// eslint-disable-next-line @typescript-eslint/no-require-imports
import oracle = require('otlp-protobufjs/build/src/generated/root');

/** A message class as protobufjs generates it, with the classes of the messages defined inside. */
interface Generated {
  readonly prototype: object;
  decode(bytes: Uint8Array): object;
  toObject(message: object, options: object): Record<string, unknown>;
  readonly [nested: string]: unknown;
}
type Package = { v1: Record<string, Generated> };
const { common, resource, trace, metrics, logs } = (
  oracle as unknown as { opentelemetry: { proto: Record<string, Package> } }
).opentelemetry.proto;
const ORACLES = {
  traces: trace.v1.TracesData,
  metrics: metrics.v1.MetricsData,
  logs: logs.v1.LogsData,
};

/** Members of which a message has one at most. */
const ONE_OF = [
  ['stringValue', 'boolValue', 'intValue', 'doubleValue', 'arrayValue', 'kvlistValue', 'bytesValue'],
  ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'],
  ['asDouble', 'asInt'],
];

const integer = (least: bigint, most: bigint) =>
  fc.oneof(fc.bigInt({ min: least, max: most }), fc.constantFrom(least, most, 0n, 1n));
const decimal = (least: bigint, most: bigint) => integer(least, most).map(String);
const small = (least: bigint, most: bigint) => integer(least, most).map(Number);
const hex = fc.uint8Array({ maxLength: 16 }).map(bytes => Buffer.from(bytes).toString('hex'));
const SCALARS: Record<ScalarType, fc.Arbitrary<unknown>> = {
  string: fc.string({ unit: 'grapheme', maxLength: 150 }),
  bytes: fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes).toString('base64')),
  traceId: hex,
  spanId: hex,
  bool: fc.boolean(),
  int32: small(-(2n ** 31n), 2n ** 31n - 1n),
  sint32: small(-(2n ** 31n), 2n ** 31n - 1n),
  uint32: small(0n, 2n ** 32n - 1n),
  fixed32: small(0n, 2n ** 32n - 1n),
  int64: decimal(-(2n ** 63n), 2n ** 63n - 1n),
  sfixed64: decimal(-(2n ** 63n), 2n ** 63n - 1n),
  uint64: decimal(0n, 2n ** 64n - 1n),
  fixed64: decimal(0n, 2n ** 64n - 1n),
  double: fc
    .double()
    .map(value => (Object.is(value, -0) ? '-0' : Number.isFinite(value) ? value : String(value))),
  enum: fc.nat(2),
};

const isDefault = (value: unknown) =>
  value === 0 ||
  value === '0' ||
  value === '' ||
  value === false ||
  (Array.isArray(value) && value.length === 0);

function message({ byName }: JsonMessage, depth: number): fc.Arbitrary<object> {
  const value = ({ type, repeated, explicit }: JsonField): fc.Arbitrary<unknown> => {
    const one = typeof type === 'string' ? SCALARS[type] : message(type, depth - 1);
    if (repeated) return fc.array(one, { minLength: 1, maxLength: 2 });
    return explicit ? one : one.filter(given => !isDefault(given));
  };
  const usable = [...byName.values()].filter(({ type }) => typeof type === 'string' || depth > 0);
  const groups = ONE_OF.map(names => usable.filter(({ name }) => names.includes(name))).filter(
    group => group.length > 1,
  );
  return fc.tuple(...groups.map(group => fc.option(fc.constantFrom(...group)))).chain(chosen => {
    const fields = usable.filter(field => !groups.flat().includes(field) || chosen.includes(field));
    return fc.record(Object.fromEntries(fields.map(field => [field.name, value(field)])), {
      requiredKeys: [],
      noNullPrototype: true,
    });
  });
}

/** What the official descriptors make of bytes, in the form of OTLP JSON. */
function byOracle(type: Generated, bytes: Uint8Array, shape: JsonMessage): unknown {
  const object = type.toObject(type.decode(bytes), { longs: String, bytes: Buffer, enums: Number });
  return inJson(object, shape);
}

function inJson(object: Record<string, unknown>, { byName }: JsonMessage): unknown {
  const scalar = (value: unknown, type: ScalarType) => {
    if (value instanceof Uint8Array)
      return Buffer.from(value).toString(type === 'traceId' || type === 'spanId' ? 'hex' : 'base64');
    if (typeof value !== 'number') return value;
    return Object.is(value, -0) ? '-0' : Number.isFinite(value) ? value : String(value);
  };
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => {
      const { type } = byName.get(name) as JsonField;
      const one = (element: unknown) =>
        typeof type === 'string' ? scalar(element, type) : inJson(element as Record<string, unknown>, type);
      return [name, Array.isArray(value) ? value.map(one) : one(value)];
    }),
  );
}

describe('OTLP JSON', () => {
  for (const signal of SIGNALS) {
    it(`of ${signal} matches the official descriptors`, () => {
      const shape = JSON_PAYLOADS[signal].message;
      fc.assert(
        fc.property(message(shape, 9), json => {
          const bytes = otlpFromJson(signal, json, path => assert.fail(path));
          const whole = { [JSON_PAYLOADS[signal].field]: [], ...json };
          assert.deepEqual(byOracle(ORACLES[signal], bytes, shape), json);
          assert.deepEqual(otlpToJson(signal, bytes), whole);
        }),
        { numRuns: 60 },
      );
    });
  }

  it('has every field of the official descriptors', () => {
    const types = [
      ...Object.entries(common.v1),
      ...Object.entries(resource.v1),
      ...[trace.v1, metrics.v1, logs.v1].flatMap(types => Object.entries(types)),
      ['Event', trace.v1.Span.Event],
      ['Link', trace.v1.Span.Link],
      ['Buckets', metrics.v1.ExponentialHistogramDataPoint.Buckets],
      ['ValueAtQuantile', metrics.v1.SummaryDataPoint.ValueAtQuantile],
    ].filter((entry): entry is [string, Generated] => typeof entry[1] === 'function');
    assert.ok(types.length > 25);
    for (const [name, { prototype }] of types) {
      const { byName } = messageNamed(name as never);
      for (const field of Object.keys(prototype)) {
        const oneof = typeof Object.getOwnPropertyDescriptor(prototype, field)?.get === 'function';
        if (field !== 'toJSON' && !field.startsWith('_') && !oneof)
          assert.ok(byName.has(field), `${name}.${field}`);
      }
    }
  });

  it('converts spans to JSON and back without loss', () => {
    fc.assert(
      fc.property(spans, given => {
        const bytes = encodeTraces(given);
        const again = otlpFromJson('traces', JSON.parse(JSON.stringify(otlpToJson('traces', bytes))));
        assert.deepEqual(Buffer.from(encodeTraces(decodeTraces(again))), Buffer.from(bytes));
      }),
    );
  });

  const oneSpan = (span: object) => ({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });

  it('accepts snake_case names, enum names, numbers for 64-bit integers, and null', () => {
    const plain = otlpFromJson('traces', oneSpan({ kind: 2, startTimeUnixNano: '15', traceId: 'ab' }));
    const relaxed = otlpFromJson('traces', {
      resource_spans: [
        {
          scope_spans: [
            { spans: [{ kind: 'SPAN_KIND_SERVER', start_time_unix_nano: 15, traceId: 'AB', status: null }] },
          ],
        },
      ],
    });
    assert.deepEqual(relaxed, plain);
  });

  it('omits unknown fields and reports their paths', () => {
    const unknown: string[] = [];
    otlpFromJson('traces', oneSpan({ nam: 'typo' }), path => unknown.push(path));
    assert.deepEqual(unknown, ['resourceSpans[0].scopeSpans[0].spans[0].nam']);
  });

  for (const [what, span, message] of [
    ['an id that is not hex', { traceId: 'xyz' }, /spans\[0\]\.traceId is "xyz": allowed is a hexadecimal/],
    ['a name that is a number', { name: 5 }, /spans\[0\]\.name is 5: allowed is a string/],
    ['a rounded integer', { startTimeUnixNano: 2 ** 60 + 1024 }, /in quotes beyond 2\^53/],
    ['an unknown enum', { kind: 'SERVER' }, /kind is "SERVER".*SPAN_KIND_SERVER/],
    ['events that are not a list', { events: {} }, /events is \{\}: allowed is an array/],
    ['a negative count', { droppedEventsCount: -1 }, /integer from 0 to 4294967295/],
  ] as const) {
    it(`rejects ${what} with its path`, () => {
      assert.throws(() => otlpFromJson('traces', oneSpan(span)), { code: 'DECODE', message });
    });
  }

  it('reports the offset in malformed protobuf', () => {
    assert.throws(() => otlpToJson('traces', Uint8Array.of(0x0a, 0x05, 1)), {
      code: 'DECODE',
      message: /byte 1 of 3/,
    });
    assert.throws(() => otlpToJson('logs', Uint8Array.of(0x08, 0x05)), {
      message: /wire type 0 in LogsData/,
    });
  });

  it('detects the signal', () => {
    assert.deepEqual(signalsOfJson({ resourceLogs: [] }), ['logs']);
    assert.deepEqual(signalsOfJson({ resource_metrics: [], resourceSpans: [] }), ['traces', 'metrics']);
    assert.deepEqual(signalsOfJson([]), []);
  });
});
