import { createTraceState, type HrTime, type Link, type SpanContext } from '@opentelemetry/api';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';

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
export const wellFormed = text.map(value => value.toWellFormed());

const integer = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, 127, 128, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 63), 2 ** 63 - 1024),
);

/** Any number; -0 and the integers around 2^63 among them. */
export const number = fc.oneof(integer, fc.double(), fc.constantFrom(-0, 2 ** 63, NaN, Infinity, -Infinity));

const scalar = fc.oneof(wellFormed, fc.boolean(), number);

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

export const attributes = fc.dictionary(wellFormed, anyValue, { maxKeys: 8 }).map(plain);

const resourceAttributes = fc.dictionary(
  wellFormed.filter(key => key !== '__proto__'),
  fc.oneof(scalar, fc.array(wellFormed, { maxLength: 3 })),
  { maxKeys: 4 },
);

const url = fc.constantFrom(undefined, 'https://example.org/schema/1', 'ü');

export const resource: fc.Arbitrary<Resource> = fc
  .tuple(resourceAttributes, url)
  .map(([values, schemaUrl]) => resourceFromAttributes(values as never, { schemaUrl }));

export const scope = fc.record(
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

const event: fc.Arbitrary<TimedEvent> = fc.record({
  time,
  name: wellFormed,
  attributes: attributes as never,
  droppedAttributesCount: count,
});

const link: fc.Arbitrary<Link> = fc.record({
  context: fc.tuple(context, fc.boolean()).map(([from, isRemote]) => ({ ...from, isRemote })),
  attributes: attributes as never,
  droppedAttributesCount: count,
});

const spanFields = fc.record({
  name: wellFormed,
  kind: fc.integer({ min: 0, max: 4 }),
  context,
  parent: fc.option(fc.record({ spanId, isRemote: fc.boolean() }), { nil: undefined }),
  startTime: time,
  endTime: time,
  status: fc.record(
    { code: fc.integer({ min: 0, max: 2 }), message: wellFormed.filter(Boolean) },
    { requiredKeys: ['code'] },
  ),
  attributes: attributes as fc.Arbitrary<never>,
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
  } as ReadableSpan;
}

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
