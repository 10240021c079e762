import { createTraceState, type HrTime, type Link, type SpanContext, ValueType } from '@opentelemetry/api';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';

/** `fc.record` of objects as literals make them, which is what decoders make. */
const record = ((model: object, constraints?: object) =>
  fc.record(model as never, { noNullPrototype: true, ...constraints })) as typeof fc.record;

/** Text of every plane, lone surrogates among it, short and long enough for each of the writer's ways. */
export const text = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    'GET',
    '__proto__',
    'constructor',
    'ä'.repeat(70),
    '\ud800',
    'x\udc00y',
    '💥'.repeat(40),
  ),
);

/** Text that UTF-8 can hold, as a decoder gives it back. */
export const wellFormed = text.map(value => Buffer.from(value, 'utf8').toString('utf8'));

const integer = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, 127, 128, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 63), 2 ** 63 - 1024),
);

/** Any number; -0 and the integers around 2^63 among them. */
export const number = fc.oneof(integer, fc.double(), fc.constantFrom(-0, 2 ** 63, NaN, Infinity, -Infinity));

/** -0 as an attribute becomes 0, as the SDK writes it. */
const attributeNumber = number.map(value => value + 0);

const scalar = fc.oneof(wellFormed, fc.boolean(), attributeNumber);

/** Values that the wire holds as they are. */
export const anyValue: fc.Arbitrary<unknown> = fc.letrec(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.constant(null),
    fc.uint8Array({ maxLength: 60 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(wellFormed, tie('value'), { maxKeys: 4 }).map(plain),
  ),
})).value;

/** An object as a literal makes it, which is what decoders make. */
function plain(entries: Record<string, unknown>): Record<string, unknown> {
  const copy = {};
  for (const [key, value] of Object.entries(entries)) {
    Object.defineProperty(copy, key, { value, enumerable: true, writable: true, configurable: true });
  }
  return copy;
}

/** Attributes of any such value: as in logs, and in spans of SDK 3.x. */
export const attributes = fc
  .dictionary(wellFormed, anyValue, { maxKeys: 8 })
  .map(plain) as fc.Arbitrary<never>;

const resourceAttributes = fc.dictionary(
  wellFormed.filter(key => key !== '__proto__'),
  fc.oneof(scalar, fc.array(wellFormed, { maxLength: 3 })),
  { maxKeys: 4 },
);

const url = fc.constantFrom(undefined, 'https://example.org/schema/1', 'ü');

export const resource: fc.Arbitrary<Resource> = fc
  .tuple(resourceAttributes, url)
  .map(([values, schemaUrl]) => resourceFromAttributes(values as never, { schemaUrl }));

export const scope = record(
  {
    name: wellFormed,
    version: fc.constantFrom('1.0.0', 'ß'),
    schemaUrl: fc.constantFrom('https://example.org/schema/2'),
    attributes: fc.dictionary(wellFormed, scalar, { minKeys: 1, maxKeys: 2 }).map(plain),
    droppedAttributesCount: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  },
  { requiredKeys: ['name'] },
);

/** Any time that 64 bits of nanoseconds hold. */
export const time: fc.Arbitrary<HrTime> = fc.oneof(
  fc
    .bigInt({ min: 0n, max: 2n ** 64n - 1n })
    .map((nanos): HrTime => [Number(nanos / 1_000_000_000n), Number(nanos % 1_000_000_000n)]),
  fc.tuple(fc.integer({ min: 1_700_000_000, max: 1_900_000_000 }), fc.integer({ min: 0, max: 999_999_999 })),
);

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(id => Buffer.from(id).toString('hex'));
export const traceId = hex(16);
export const spanId = hex(8);
export const count = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 ** 32 - 1 }));

const traceState = fc
  .constantFrom(undefined, 'a=1', 'vendor@x=y,b=2')
  .map(value => value && createTraceState(value));

const context: fc.Arbitrary<SpanContext> = fc
  .record({ traceId, spanId, traceFlags: fc.integer({ min: 0, max: 255 }), traceState })
  .map(({ traceState: state, ...rest }) => (state ? { ...rest, traceState: state } : rest));

const event: fc.Arbitrary<TimedEvent> = record({
  time,
  name: wellFormed,
  attributes,
  droppedAttributesCount: count,
});

const link: fc.Arbitrary<Link> = record({
  context: fc.tuple(context, fc.boolean()).map(([from, isRemote]) => ({ ...from, isRemote })),
  attributes,
  droppedAttributesCount: count,
});

const spanFields = record({
  name: wellFormed,
  kind: fc.integer({ min: 0, max: 4 }),
  context,
  parent: fc.option(record({ spanId, isRemote: fc.boolean() }), { nil: undefined }),
  startTime: time,
  endTime: time,
  status: record(
    { code: fc.integer({ min: 0, max: 2 }), message: wellFormed.filter(Boolean) },
    { requiredKeys: ['code'] },
  ),
  attributes,
  links: fc.array(link, { maxLength: 2 }),
  events: fc.array(event, { maxLength: 2 }),
  droppedAttributesCount: count,
  droppedEventsCount: count,
  droppedLinksCount: count,
});

/** Spans of a few resources and scopes, mixed. */
export const spans: fc.Arbitrary<ReadableSpan[]> = fc
  .tuple(fc.array(resource, { minLength: 1, maxLength: 2 }), fc.array(scope, { minLength: 1, maxLength: 2 }))
  .chain(([resources, scopes]) =>
    fc.array(fc.tuple(spanFields, fc.constantFrom(...resources), fc.constantFrom(...scopes)).map(toSpan), {
      maxLength: 8,
    }),
  );

function toSpan([fields, from, instrumentationScope]: [
  typeof spanFields extends fc.Arbitrary<infer Fields> ? Fields : never,
  Resource,
  { name: string },
]): ReadableSpan {
  const { context: own, parent, ...rest } = fields;
  return {
    ...rest,
    spanContext: () => own,
    parentSpanContext: parent && { traceId: own.traceId, traceFlags: own.traceFlags, ...parent },
    duration: [0, 0],
    ended: true,
    resource: from,
    instrumentationScope,
  };
}

/** Log records of a few resources and scopes, mixed. */
export const logRecords: fc.Arbitrary<ReadableLogRecord[]> = fc
  .tuple(fc.array(resource, { minLength: 1, maxLength: 2 }), fc.array(scope, { minLength: 1, maxLength: 2 }))
  .chain(([resources, scopes]) => {
    const logRecord = record({
      hrTime: time,
      hrTimeObserved: time,
      spanContext: fc.option(record({ traceId, spanId, traceFlags: fc.nat(255) }), { nil: undefined }),
      severityText: fc.option(wellFormed.filter(Boolean), { nil: undefined }),
      severityNumber: fc.option(fc.integer({ min: 1, max: 24 }), { nil: undefined }),
      body: fc.option(anyValue, { nil: undefined }) as fc.Arbitrary<never>,
      eventName: fc.option(wellFormed.filter(Boolean), { nil: undefined }),
      resource: fc.constantFrom(...resources),
      instrumentationScope: fc.constantFrom(...scopes) as fc.Arbitrary<never>,
      attributes,
      droppedAttributesCount: count,
    });
    return fc.array(logRecord, { maxLength: 8 });
  });

const counts = fc.array(fc.oneof(fc.nat(), fc.maxSafeInteger().map(Math.abs)), { maxLength: 6 });
const doubles = fc.array(fc.double(), { maxLength: 6 });
const offset = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const buckets = record({ offset, bucketCounts: counts });

const optional = { sum: fc.double(), min: fc.double(), max: fc.double() };
const histogram = record(
  { buckets: record({ boundaries: doubles, counts }), count, ...optional },
  { requiredKeys: ['buckets', 'count'] },
);
const exponentialHistogram = record(
  { count, scale: offset, zeroCount: count, positive: buckets, negative: buckets, ...optional },
  { requiredKeys: ['count', 'scale', 'zeroCount', 'positive', 'negative'] },
);

const points = (value: fc.Arbitrary<unknown>, minLength = 0) =>
  fc.array(record({ startTime: time, endTime: time, attributes, value }), { minLength, maxLength: 5 });
const descriptor = (valueType: ValueType) =>
  record({
    name: wellFormed,
    description: wellFormed,
    unit: wellFormed,
    valueType: fc.constant(valueType),
  });
const int64 = integer.filter(value => value < 2 ** 63 && !Object.is(value, -0));

const { GAUGE, SUM, HISTOGRAM, EXPONENTIAL_HISTOGRAM } = DataPointType;
const ofType = (type: DataPointType, valueType: ValueType, dataPoints: fc.Arbitrary<unknown>) =>
  record({
    dataPointType: fc.constant(type),
    descriptor: descriptor(valueType),
    aggregationTemporality: fc.constantFrom(
      ...(type === GAUGE
        ? [AggregationTemporality.CUMULATIVE]
        : [AggregationTemporality.DELTA, AggregationTemporality.CUMULATIVE]),
    ),
    ...(type === SUM ? { isMonotonic: fc.boolean() } : {}),
    dataPoints,
  });

const metric = fc.oneof(
  ofType(GAUGE, ValueType.INT, points(int64)),
  ofType(GAUGE, ValueType.DOUBLE, points(fc.double(), 1)),
  ofType(SUM, ValueType.INT, points(int64)),
  ofType(SUM, ValueType.DOUBLE, points(fc.double(), 1)),
  ofType(HISTOGRAM, ValueType.DOUBLE, points(histogram)),
  ofType(EXPONENTIAL_HISTOGRAM, ValueType.DOUBLE, points(exponentialHistogram)),
) as fc.Arbitrary<MetricData>;

/** Metrics of every kind, in a few scopes. */
export const resourceMetrics: fc.Arbitrary<ResourceMetrics> = record({
  resource,
  scopeMetrics: fc.array(record({ scope, metrics: fc.array(metric, { maxLength: 4 }) }), { maxLength: 3 }),
});

/** Payloads damaged in the ways that a hostile or broken guest would: cut, flipped, overwritten, stretched. */
export function damaged(payload: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const edit = fc.tuple(
    fc.nat(),
    fc.oneof(fc.nat(255), fc.constantFrom(0x0b, 0x0c, 0x7f, 0x80, 0xff)),
    fc.boolean(),
  );
  return fc
    .tuple(payload, fc.array(edit, { maxLength: 6 }), fc.nat(), fc.boolean())
    .map(([bytes, edits, cut, whole]) => {
      const copy = Uint8Array.from(bytes);
      for (const [at, value, set] of edits)
        if (copy.length > 0) copy[at % copy.length] = set ? value : copy[at % copy.length] ^ value;
      return whole ? copy : copy.subarray(0, cut % (copy.length + 1));
    });
}
