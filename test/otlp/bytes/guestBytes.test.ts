import assert from 'node:assert/strict';
import fc from 'fast-check';
import { OtelWasmError } from '../../../src/abi/errors';
import { type Signal, SIGNALS } from '../../../src/abi/signal';
import {
  checkStructure,
  concatBytes,
  concatInTurns,
  countItems,
  decodeLogs,
  decodeMetrics,
  decodeTraces,
  encodeLogs,
  encodeMetrics,
  encodeTraces,
  ITEM_LIMITS,
  NO_LIMITS,
  splitInTurns,
  splitInTwo,
} from '../../../src/otlp';
import { damaged, logRecords, resourceMetrics, spans } from '../arbitraries';
import { field as nest, times } from '../../support/protobuf';
import { writeWithProtobufjs } from '../protobufjs';
import { runs } from '../../support/runs';

const decoders: Record<Signal, (bytes: Uint8Array) => unknown> = {
  traces: decodeTraces,
  metrics: decodeMetrics,
  logs: decodeLogs,
};

/** Valid payloads; those of several resources, several times over. */
const payloads: Record<Signal, fc.Arbitrary<Uint8Array>> = {
  traces: spans.map(given => encodeTraces(given)),
  metrics: fc
    .array(resourceMetrics, { maxLength: 2 })
    .map(given => concatBytes(given.map(each => encodeMetrics(each)))),
  logs: logRecords.map(given => encodeLogs(given)),
};

/** What is said of bytes that are refused. */
function problemOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof OtelWasmError && error.code === 'DECODE', String(error));
    return error.message;
  }
}

/** The result, or undefined if it failed as bytes that are no OTLP must: with `DECODE`, and saying where. */
function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    assert.ok(error instanceof OtelWasmError, String(error));
    if (error.code !== 'INVALID_OPTION') {
      assert.equal(error.code, 'DECODE');
      assert.match(error.message, /at byte \d+ of \d+/);
    }
    return undefined;
  }
}

const field = (number: number, ...content: number[]) => [(number << 3) | 2, content.length, ...content];
/** The same with two bytes for the tag and two for the length, which writers avoid. */
const longField = (number: number, ...content: number[]) => {
  const [tag, length] = field(number, ...content);
  return [tag | 0x80, 0, length | 0x80, 0, ...content];
};
const inSpan = (...content: number[]) => Uint8Array.from(field(1, ...field(2, ...field(2, ...content))));

for (const signal of SIGNALS) {
  describe(`${signal} from a guest`, () => {
    it('that are damaged either decode or are rejected with DECODE', () => {
      fc.assert(
        fc.property(damaged(payloads[signal]), bytes => {
          const decoded = attempt(() => decoders[signal](bytes));
          const problem = problemOf(() => checkStructure(signal, bytes, 'items'));
          const checked = problem === undefined;
          const count = attempt(() => countItems(signal, bytes));
          // What can be decoded is well-formed, and what is well-formed has well-formed envelopes.
          // Only strict receivers refuse text that is not UTF-8, the ids that a decoder does not look at, and exemplars,
          // which the SDK's types do not have.
          if (decoded !== undefined && !checked) assert.match(problem, /not UTF-8|an id of| of Exemplar,/);
          if (checked) assert.notEqual(count, undefined);
          if (Array.isArray(decoded)) assert.equal(decoded.length, count);
          const halves = attempt(() => splitInTwo(signal, bytes));
          if (halves) {
            const counts = halves.map(half => countItems(signal, half));
            assert.equal(counts[0] + counts[1], count);
          }
        }),
        { numRuns: runs(500) },
      );
    });

    it('that are cut short anywhere decode to at most a prefix of their envelopes', () => {
      fc.assert(
        fc.property(payloads[signal], fc.nat(), (bytes, at) => {
          const cut = bytes.subarray(0, at % (bytes.length + 1));
          const count = attempt(() => countItems(signal, cut));
          assert.ok(count === undefined || count <= countItems(signal, bytes));
        }),
      );
    });

    it('split into halves that decode to the whole', () => {
      fc.assert(
        fc.property(payloads[signal], bytes => {
          const count = countItems(signal, bytes);
          fc.pre(count >= 2);
          const [first, second] = splitInTwo(signal, bytes);
          assert.equal(countItems(signal, first), Math.ceil(count / 2));
          assert.equal(countItems(signal, second), Math.floor(count / 2));
          checkStructure(signal, first, 'items');
          checkStructure(signal, second, 'items');
          assert.deepEqual(itemsOf(signal, first).concat(itemsOf(signal, second)), itemsOf(signal, bytes));
        }),
      );
    });

    it('split into single items', () => {
      fc.assert(
        fc.property(payloads[signal], bytes => {
          const whole = countItems(signal, bytes);
          fc.pre(whole >= 1);
          const single: Uint8Array[] = [];
          const pending = [bytes];
          for (let payload = pending.pop(); payload; payload = pending.pop()) {
            if (countItems(signal, payload) === 1) single.push(payload);
            else pending.push(...splitInTwo(signal, payload).reverse());
          }
          assert.equal(single.length, whole);
          assert.deepEqual(
            single.flatMap(each => itemsOf(signal, each)),
            itemsOf(signal, bytes),
          );
        }),
        { numRuns: 30 },
      );
    });

    it('cannot be split with fewer than two items', () => {
      assert.throws(() => splitInTwo(signal, new Uint8Array()), {
        code: 'INVALID_OPTION',
        message: /0 items/,
      });
    });

    it('may be empty', () => {
      assert.equal(countItems(signal, new Uint8Array()), 0);
      checkStructure(signal, new Uint8Array(), 'items');
      decoders[signal](new Uint8Array());
    });

    it('keep unknown fields in both halves', () => {
      const unknown = [...field(15, 1, 2, 3), 0xb8, 0x3e, 5];
      const envelope = signal === 'metrics' ? field(7, ...field(1), ...field(1)) : [];
      const item = signal === 'metrics' ? field(2, ...envelope) : [...field(2), ...field(2)];
      const bytes = Uint8Array.from([...unknown, ...field(1, ...field(2, ...item, ...unknown), ...unknown)]);
      const [first, second] = splitInTwo(signal, bytes);
      for (const half of [first, second]) {
        assert.equal(countItems(signal, half), 1);
        assert.equal(
          Buffer.from(half).toString('hex').split(Buffer.from(unknown).toString('hex')).length - 1,
          3,
        );
      }
    });
  });
}

/** Items with their envelopes, so that halves can be put together again; of metrics the data points. */
function itemsOf(signal: Signal, bytes: Uint8Array): unknown[] {
  if (signal === 'traces') {
    return decodeTraces(bytes).map(({ spanContext, ...span }) => [
      spanContext(),
      { ...span, resource: span.resource.attributes },
    ]);
  }
  if (signal === 'logs') {
    return decodeLogs(bytes).map(record => ({ ...record, resource: record.resource.attributes }));
  }
  return decodeMetrics(bytes).resourceMetrics.flatMap(({ resource, scopeMetrics }) =>
    scopeMetrics.flatMap(({ scope, metrics }) =>
      metrics.flatMap(({ dataPoints, ...metric }) =>
        (dataPoints as unknown[]).map(point => [
          resource.attributes,
          scope,
          metric.descriptor.name,
          metric.dataPointType,
          point,
        ]),
      ),
    ),
  );
}

describe('bytes with very many fields', () => {
  const spans = (count: number): Uint8Array => nest(1, nest(2, times(count, 0x12, 0)));

  it('are rejected as a result without blocking the event loop, and accepted from a user', () => {
    assert.throws(() => checkStructure('traces', spans(2 ** 18)), { code: 'DECODE', message: /too many/ });
    assert.equal(checkStructure('traces', spans(2 ** 18 - 2)), 2 ** 18 - 2);
    assert.equal(checkStructure('traces', spans(2 ** 18), 'items', NO_LIMITS), 2 ** 18);
  });

  it('or a string above 16 MiB are rejected as a result when every field is checked', () => {
    const span = (bytes: number): Uint8Array => nest(1, nest(2, nest(2, nest(5, times(bytes, 0x61)))));
    assert.throws(() => checkStructure('traces', span(2 ** 24 + 1), 'items'), {
      message: /a string of 16777217/,
    });
    assert.equal(checkStructure('traces', span(2 ** 24), 'items'), 1);
    assert.equal(checkStructure('traces', span(2 ** 24 + 1), 'items', NO_LIMITS), 1);
  });

  it('are rejected as one item, whose fields are checked in one step', () => {
    const span = nest(1, nest(2, nest(2, times(2 ** 18, 0x50, 0))));
    assert.throws(() => checkStructure('traces', span, 'items', ITEM_LIMITS), { message: /262144 fields/ });
    assert.equal(checkStructure('traces', span, 'items'), 1);
  });
});

describe('bytes that are not OTLP', () => {
  const refused: [name: string, bytes: Uint8Array, message: RegExp][] = [
    ['a group', inSpan(0x0b, 0x0c), /wire type 3/],
    ['wire type 7', inSpan(0x4f), /wire type 7/],
    ['a known field with another wire type', inSpan(0x28, 1), /wire type 0 in field 5 of Span: expected 2/],
    ['field number 0', inSpan(0x02, 0), /field number 0/],
    ['a varint of 11 bytes', inSpan(0x30, ...new Array<number>(10).fill(0x80), 0), /longer than 10 bytes/],
    ['a truncated varint', inSpan(0x30, 0x80), /cut off/],
    ['a length beyond its message', inSpan(0x2a, 5, 0x61), /length of 5 bytes exceeds the remaining 1/],
    ['a length of 4 GB', inSpan(0x2a, 0xff, 0xff, 0xff, 0xff, 0x0f), /length of/],
    ['a length of 2^64', inSpan(0x2a, ...new Array<number>(9).fill(0xff), 1), /length of/],
    ['a truncated time', inSpan(0x39, 1, 2, 3), /8 bytes exceed the remaining 3/],
    ['a field number beyond 2^29', inSpan(0xf8, 0xff, 0xff, 0xff, 0x7f), /beyond 2\^29/],
    [
      'a trace id of 15 bytes',
      inSpan(...field(1, ...new Array<number>(15).fill(1))),
      /id of 15 bytes: expected 16/,
    ],
  ];
  for (const [name, bytes, message] of refused) {
    it(`are rejected: ${name}`, () => {
      assert.throws(() => decodeTraces(bytes), { name: 'OtelWasmError', code: 'DECODE', message });
      assert.throws(() => checkStructure('traces', bytes, 'items'), { code: 'DECODE' });
    });
  }

  it('are rejected only by the check of items: invalid UTF-8, ids that a decoder ignores', () => {
    const inRecord = (...content: number[]): Uint8Array =>
      Uint8Array.from(field(1, ...field(2, ...field(2, ...content))));
    const half = [0x78, 0xed, 0xa0, 0xbd]; // 'x' and half a surrogate pair
    for (const inner of [field, longField]) {
      const cases: [Signal, Uint8Array, RegExp][] = [
        ['traces', inSpan(...inner(5, ...half)), /byte \d+ of \d+: a string that is not UTF-8/],
        ['traces', inSpan(...inner(9, ...inner(1, ...half))), /not UTF-8/],
        ['logs', inRecord(...inner(5, ...inner(1, ...half))), /not UTF-8/],
        ['logs', inRecord(...inner(9, 1, 2, 3)), /an id of 3 bytes: expected 16/],
        ['logs', inRecord(...inner(10, 1, 2, 3)), /an id of 3 bytes: expected 8/],
      ];
      for (const [signal, bytes, message] of cases) {
        assert.equal(checkStructure(signal, bytes), 1);
        assert.throws(() => checkStructure(signal, bytes, 'items'), { code: 'DECODE', message });
      }
    }
    checkStructure('logs', inRecord(...field(9), ...field(5, ...field(7, ...half))), 'items');
  });

  it('are rejected by the check of items when any byte of a text is wrong', () => {
    const named = (name: Uint8Array): Uint8Array => nest(1, nest(2, nest(2, nest(5, name))));
    for (const length of [1, 2, 3, 4, 5, 31, 32, 33, 63, 511, 512, 513]) {
      for (let at = 0; at < length; at++) {
        const name = Buffer.alloc(length, 'x');
        checkStructure('traces', named(name), 'items');
        name[at] = 0x80;
        assert.throws(() => checkStructure('traces', named(name), 'items'), /not UTF-8/);
      }
    }
  });

  it('are rejected with the offset of the error', () => {
    const bytes = Uint8Array.from([...inSpan(), ...inSpan(0x0b)]);
    assert.throws(() => decodeTraces(bytes), { message: /byte 13 of 13/ });
  });

  it('are rejected by the envelope check only if the envelopes are malformed', () => {
    checkStructure('traces', inSpan(0x0b));
    assert.throws(() => checkStructure('traces', Uint8Array.from([0x0a, 9])), { code: 'DECODE' });
  });

  it('are rejected when values nest deeper than the encoder allows', () => {
    const nested = (depth: number): number[] => {
      let value = [0x10, 1];
      for (let i = 0; i < depth; i++) {
        const inner = lengthDelimited(0x0a, value);
        value = lengthDelimited(0x2a, inner);
      }
      return lengthDelimited(0x4a, [...field(1, 0x61), ...lengthDelimited(0x12, value)]);
    };
    const payload = (depth: number) =>
      Uint8Array.from(lengthDelimited(0x0a, lengthDelimited(0x12, lengthDelimited(0x12, nested(depth)))));
    assert.equal(decodeTraces(payload(64)).length, 1);
    checkStructure('traces', payload(64), 'items');
    for (const depth of [65, 2000]) {
      assert.throws(() => decodeTraces(payload(depth)), {
        code: 'DECODE',
        message: /nested more than 64 deep/,
      });
      assert.throws(() => checkStructure('traces', payload(depth), 'items'), { code: 'DECODE' });
    }
  });
});

function lengthDelimited(tag: number, content: readonly number[]): number[] {
  const size: number[] = [];
  let rest = content.length;
  for (; rest > 0x7f; rest >>>= 7) size.push((rest & 0x7f) | 0x80);
  return [tag, ...size, rest, ...content];
}

describe('unusual but valid OTLP', () => {
  it('may have a resource in two parts after the spans, which are merged', () => {
    const bytes = writeWithProtobufjs('traces', {
      resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'a' }] }], schemaUrl: 'u' }],
    });
    const part = (key: string) =>
      field(1, ...field(1, ...field(1, ...Buffer.from(key)), ...field(2, 0x10, 1)));
    const content = [...bytes.subarray(2), ...part('one'), ...part('two')];
    const [span] = decodeTraces(Uint8Array.from(field(1, ...content)));
    assert.deepEqual(span.resource.attributes, { one: true, two: true });
    assert.equal(span.resource.schemaUrl, 'u');
  });

  it('may have a scope in two parts after its items, which are merged', () => {
    const text = (value: string) => [...Buffer.from(value)];
    const metric = [...field(1, ...text('a')), ...field(5, ...field(1, 0x19, 0, 0, 0, 0, 0, 0, 0, 0))];
    const behind = (item: number[]) => {
      const scope = [...field(1, ...field(1, ...text('name'))), ...field(1, ...field(2, ...text('1.0')))];
      const content = [...field(2, ...item), ...scope, ...field(3, ...text('u')), ...field(2, ...item)];
      return Uint8Array.from(field(1, ...field(2, ...content)));
    };
    const [{ scopeMetrics }] = decodeMetrics(behind(metric)).resourceMetrics;
    assert.equal(scopeMetrics[0].metrics.length, 2);
    const spans = decodeTraces(behind([]));
    const records = decodeLogs(behind([]));
    const scopes = [...spans, ...records].map(({ instrumentationScope }) => instrumentationScope);
    assert.equal(scopes.length, 4);
    for (const scope of [scopeMetrics[0].scope, ...scopes])
      assert.deepEqual(scope, { name: 'name', version: '1.0', schemaUrl: 'u' });
  });

  it('may have __proto__ as an attribute key', () => {
    const bytes = inSpan(...field(9, ...field(1, ...Buffer.from('__proto__')), ...field(2, 0x18, 7)));
    const [{ attributes }] = decodeTraces(bytes);
    assert.equal(Object.getPrototypeOf(attributes), Object.prototype);
    assert.deepEqual(Object.entries(attributes), [['__proto__', 7]]);
  });

  it('may have integers beyond 2^53, read as the nearest number below 2^63', () => {
    const int = (...varint: number[]) => {
      const [{ attributes }] = decodeTraces(
        inSpan(...field(9, ...field(1, 0x61), ...field(2, 0x18, ...varint))),
      );
      return attributes.a;
    };
    assert.equal(int(...new Array<number>(9).fill(0xff), 1), -1);
    assert.equal(int(...new Array<number>(8).fill(0xff), 0x7f), 2 ** 63 - 1024);
    assert.equal(int(0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20), 2 ** 54);
  });

  it('may have any time, read to the nanosecond', () => {
    const [{ startTime, endTime }] = decodeTraces(
      inSpan(0x39, ...new Array<number>(8).fill(0xff), 0x41, 0x15, 0xcd, 0x5b, 0x07, 0, 0, 0, 0),
    );
    assert.deepEqual(startTime, [18446744073, 709551615]);
    assert.deepEqual(endTime, [0, 123456789]);
  });

  it('may have trace states in spans and links, decoded to objects', () => {
    const bytes = writeWithProtobufjs('traces', {
      resourceSpans: [
        { scopeSpans: [{ spans: [{ traceState: 'a=1,b=2', links: [{ traceState: 'c=3' }] }] }] },
      ],
    });
    const [span] = decodeTraces(bytes);
    assert.equal(span.spanContext().traceState?.get('b'), '2');
    assert.equal(span.links[0].context.traceState?.serialize(), 'c=3');
  });
});

describe('copies of large bytes', () => {
  const MEBIBYTE = 2 ** 20;
  /** The turns of the event loop until the work is done. */
  const turnsUntil = async <T>(work: Promise<T>): Promise<[T, number]> => {
    let turns = 0;
    let immediate = setImmediate(function turn() {
      turns++;
      immediate = setImmediate(turn);
    });
    const result = await work;
    clearImmediate(immediate);
    return [result, turns];
  };

  it('are made in turns, for any parts', async () => {
    const parts = [3 * MEBIBYTE, 0, 9 * MEBIBYTE, 4 * MEBIBYTE, 1].map((size, index) =>
      new Uint8Array(size).fill(index + 1),
    );
    const [bytes, turns] = await turnsUntil(concatInTurns(parts));
    assert.ok(Buffer.from(bytes).equals(concatBytes(parts)));
    assert.ok(turns >= 3, `${turns} turns`);
    assert.deepEqual(await concatInTurns([]), new Uint8Array(0));
  });

  it('are made in turns for the halves of a batch', async () => {
    const item = new Uint8Array(14 * MEBIBYTE);
    const bytes = nest(1, nest(2, Buffer.concat([1, 2].map(() => nest(2, nest(5, item))))));
    const [halves, turns] = await turnsUntil(splitInTurns('traces', bytes));
    splitInTwo('traces', bytes).forEach((half, index) => assert.ok(Buffer.from(half).equals(halves[index])));
    assert.ok(turns >= 2, `${turns} turns`);
  });
});
