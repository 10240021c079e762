import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeLogs } from '../../../src/otlp';
import { otlpFromJson, otlpToJson, parseOtlpJson } from '../../../src/otlp/json';

const span = (fields: object): object => ({ resourceSpans: [{ scopeSpans: [{ spans: [fields] }] }] });

describe('OTLP JSON', () => {
  it('reads 64-bit fields from JSON numbers exactly', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        (time, value) => {
          const text = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"1234567890123456789 \\" 12345678901234567890",
          "startTimeUnixNano": ${time}, "attributes":[{"key":"a","value":{"intValue":${value}}}]}]}]}]}`;
          const json = otlpToJson('traces', otlpFromJson('traces', parseOtlpJson(text)));
          const [read] = (json as { resourceSpans: { scopeSpans: { spans: Record<string, unknown>[] }[] }[] })
            .resourceSpans[0].scopeSpans[0].spans;
          assert.equal(read.name, '1234567890123456789 " 12345678901234567890');
          assert.equal(read.startTimeUnixNano ?? '0', String(time));
          assert.deepEqual(read.attributes, [{ key: 'a', value: { intValue: String(value) } }]);
        },
      ),
    );
  });

  it('rejects a number instead of a string, also a long one, and a number beyond 64 bits', () => {
    for (const text of [
      '{"name": 12345678901234567890}',
      '{"startTimeUnixNano": 123456789012345678901234567890}',
    ]) {
      const json = `{"resourceSpans":[{"scopeSpans":[{"spans":[${text}]}]}]}`;
      assert.throws(() => otlpFromJson('traces', parseOtlpJson(json)), { code: 'DECODE' });
    }
  });

  it('keeps only the last member of a oneof that is set twice', () => {
    const value = { stringValue: 'a', intValue: '1', boolValue: true };
    const json = otlpToJson('traces', otlpFromJson('traces', span({ attributes: [{ key: 'a', value }] })));
    assert.deepEqual(json, {
      resourceSpans: [
        { scopeSpans: [{ spans: [{ attributes: [{ key: 'a', value: { boolValue: true } }] }] }] },
      ],
    });
    const point = { asDouble: 1.5, asInt: '7' };
    const metrics = {
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ gauge: { dataPoints: [point] } }] }] }],
    };
    assert.match(JSON.stringify(otlpToJson('metrics', otlpFromJson('metrics', metrics))), /\{"asInt":"7"\}/);
  });
});

type Member = readonly [tag: number, bytes: readonly number[], value: unknown];

describe('an AnyValue with repeated members in any order', () => {
  const member: fc.Arbitrary<Member> = fc.oneof(
    fc.string().map((text): Member => [0x0a, sized(Buffer.from(text)), Buffer.from(text).toString()]),
    fc.boolean().map((value): Member => [0x10, [Number(value)], value]),
    fc.nat(127).map((value): Member => [0x18, [value], value]),
    fc
      .array(fc.nat(127), { maxLength: 3 })
      .map((values): Member => [0x2a, sized(values.flatMap(value => [0x0a, 2, 0x18, value])), values]),
    fc
      .array(fc.constantFrom('a', 'b'), { maxLength: 3 })
      .map((keys): Member => [
        0x32,
        sized(keys.flatMap(key => [0x0a, ...sized([0x0a, 1, key.charCodeAt(0), 0x12, 2, 0x18, 5])])),
        Object.fromEntries(keys.map(key => [key, 5])),
      ]),
  );

  it('decodes like protobuf: the last member counts, consecutive messages merge', () => {
    fc.assert(
      fc.property(fc.array(member, { minLength: 1, maxLength: 6 }), members => {
        const record = [0x2a, ...sized(members.flatMap(([tag, bytes]) => [tag, ...bytes]))];
        const bytes = Uint8Array.from([0x0a, ...sized([0x12, ...sized([0x12, ...sized(record)])])]);
        const expected = valueOf(members);
        assert.deepEqual(plainOf(decodeLogs(bytes)[0].body), plainOf(expected));
        const json = otlpToJson('logs', bytes) as unknown as {
          resourceLogs: { scopeLogs: { logRecords: { body: JsonValue }[] }[] }[];
        };
        assert.deepEqual(fromJson(json.resourceLogs[0].scopeLogs[0].logRecords[0].body), plainOf(expected));
      }),
    );
  });
});

/** Protocol Buffers, encoding: of a oneof the last member counts; an embedded message that comes again is merged. */
function valueOf(members: readonly Member[]): unknown {
  const last = members[members.length - 1];
  let first = members.length - 1;
  while (first > 0 && members[first - 1][0] === last[0]) first--;
  const values = members.slice(first).map(([, , value]) => value);
  if (last[0] === 0x2a) return values.flat();
  return last[0] === 0x32 ? (Object.assign({}, ...values) as unknown) : last[2];
}

interface JsonValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string;
  readonly arrayValue?: { readonly values?: readonly JsonValue[] };
  readonly kvlistValue?: { readonly values?: readonly { key: string; value: JsonValue }[] };
}

function fromJson(value: JsonValue): unknown {
  assert.equal(Object.keys(value).length, 1);
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(fromJson);
  if (value.kvlistValue) {
    const entries = (value.kvlistValue.values ?? []).map(({ key, value: one }) => [key, fromJson(one)]);
    return Object.fromEntries(entries) as unknown;
  }
  if (value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.boolValue ?? null;
}

function plainOf(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}

function sized(bytes: Iterable<number>): number[] {
  const all = [...bytes];
  const length = all.length < 128 ? [all.length] : [(all.length & 0x7f) | 0x80, all.length >> 7];
  return [...length, ...all];
}
