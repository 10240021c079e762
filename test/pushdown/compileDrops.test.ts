import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import fc from 'fast-check';
import type { OtelWasmError } from '../../src/abi';
import { encodeLogs, encodeTraces } from '../../src/otlp';
import type { ReadableLogRecord, ReadableSpan } from '../../src/otel';
import { compileDrops, readDrops } from '../../src/pushdown';
import { compileRules } from '../../src/rules';
import { openGuest } from '../../src/testing';
import { spanNames } from '../support/decodeOtlp';
import { runs } from '../support/runs';
import { spansNamed } from '../support/spans';

const KEYS = ['a', 'url.path', 'constructor', '__proto__', 'é'];
const TEXTS = [
  '',
  'a',
  'GET',
  '/healthz',
  '/healthz/x',
  'x\n/healthz',
  '5',
  'true',
  '\uFFFD',
  '\uD800',
  'é',
  '😀',
];
const NUMBERS = [0, -0, 1, 5, -5, 200, 404.5, 2 ** 31, 2 ** 53, 2 ** 60, 1e300, NaN, Infinity, -Infinity];
const OTHERS = [
  true,
  false,
  null,
  undefined,
  [],
  ['a'],
  [5],
  {},
  { a: 'a' },
  new Uint8Array(),
  5n,
  Symbol('a'),
];

const oneOf = fc.constantFrom;
const ATTRIBUTES = KEYS.map(key => `attributes[${JSON.stringify(key)}]`);
const FIELDS = {
  traces: ['name', 'kind', 'status.code', 'status.message', 'kind.string', 'start_time_unix_nano'],
  logs: ['severity_number', 'severity_text', 'body', 'event_name', 'time_unix_nano'],
};
const SCOPE = ['instrumentation_scope.name', 'resource.attributes["a"]'];
const LITERALS = [
  ...TEXTS.map(text => JSON.stringify(text)),
  '0',
  '1',
  '5',
  '-5',
  '404.5',
  '9007199254740993',
  'true',
  'false',
  'nil',
];
const PATTERNS = [
  '^/healthz$',
  '^/healthz',
  '/healthz$',
  'healthz',
  '.*healthz.*',
  '^5$',
  'é',
  '^a|b',
  '[a-z]',
  'a.',
  '\\\\.',
  '.*',
];

/** Conditions of which some can be told early, some cannot, and some are errors. */
function conditionsOf(signal: 'traces' | 'logs'): fc.Arbitrary<string> {
  const path = oneOf(...FIELDS[signal], ...ATTRIBUTES, ...ATTRIBUTES, ...SCOPE);
  const leaf = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(path, oneOf('==', '!=', '<', '<=', '>', '>='), oneOf(...LITERALS)) },
    { weight: 1, arbitrary: fc.tuple(oneOf(...LITERALS), oneOf('==', '!='), path) },
  );
  const call = fc.oneof(
    fc.tuple(oneOf('HasPrefix', 'HasSuffix'), path, oneOf(...TEXTS.map(text => JSON.stringify(text)))),
    fc.tuple(oneOf('IsMatch'), path, oneOf(...PATTERNS.map(text => `"${text}"`))),
  );
  return fc.letrec<{ any: string; both: string }>(tie => ({
    any: fc.oneof(
      { depthSize: 'small' },
      leaf.map(parts => parts.join(' ')),
      call.map(([name, ...args]) => `${name}(${args.join(', ')})`),
      // An error, unless there is such an attribute.
      path.map(text => `Len(${text}) == 1`),
      tie('any').map(inner => `not (${inner})`),
      tie('both'),
    ),
    both: fc
      .tuple(tie('any'), oneOf('and', 'or'), tie('any'))
      .map(([left, word, right]) => `(${left} ${word} ${right})`),
  })).any;
}

const value = fc.oneof(oneOf(...TEXTS), oneOf(...NUMBERS), oneOf<unknown>(...OTHERS));
const attributes = fc.array(fc.tuple(oneOf(...KEYS), value)).map(entries => Object.fromEntries(entries));
const resource = resourceFromAttributes({ a: 'a' });
const scope = oneOf(...TEXTS, undefined).map(name => ({ name }));
const anything = fc.oneof(value, oneOf(undefined));

const span: fc.Arbitrary<object> = fc
  .record({
    name: fc.oneof({ weight: 3, arbitrary: oneOf<unknown>(...TEXTS) }, { weight: 1, arbitrary: anything }),
    kind: fc.oneof(oneOf<unknown>(...Object.values(SpanKind)), anything),
    status: fc.record({ code: fc.oneof(oneOf<unknown>(...Object.values(SpanStatusCode)), anything) }),
    attributes,
    instrumentationScope: scope,
  })
  .map(fields => ({
    ...{ startTime: [1, 0], endTime: [2, 0], events: [], links: [], resource },
    spanContext: () => ({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 }),
    ...fields,
  }));

const log: fc.Arbitrary<object> = fc
  .record({
    severityNumber: fc.oneof(oneOf<unknown>(0, 1, 5, 9), anything),
    severityText: fc.oneof(oneOf<unknown>(...TEXTS), anything),
    body: value,
    attributes,
    instrumentationScope: scope,
  })
  .map(fields => ({ hrTime: [1, 0], hrTimeObserved: [2, 0], resource, ...fields }));

const SIGNALS = {
  traces: { list: 'span', item: span, encode: (all: object[]) => encodeTraces(all as ReadableSpan[]) },
  logs: { list: 'log_record', item: log, encode: (all: object[]) => encodeLogs(all as ReadableLogRecord[]) },
} as const;

describe('drop conditions evaluated before encoding', () => {
  for (const signal of ['traces', 'logs'] as const) {
    const { list, item, encode } = SIGNALS[signal];
    it(`drop what the guest drops: ${signal}`, () => {
      let early = 0;
      let kept = 0;
      fc.assert(
        fc.property(
          fc.array(conditionsOf(signal), { minLength: 1, maxLength: 3 }),
          oneOf('ignore', 'propagate'),
          fc.array(item, { minLength: 1, maxLength: 8 }),
          (conditions, mode, items) => {
            const filter = { error_mode: mode, [signal]: { [list]: conditions } };
            const wasm = compileRules({ filter });
            const isDropped = compileDrops(readDrops(wasm), signal) ?? (() => false);
            const left = items.filter(one => !isDropped(one));
            early += items.length - left.length;
            kept += left.length;
            if (left.length === items.length) return;
            const guest = openGuest(signal, wasm);
            const consume = (all: object[]): string => {
              try {
                return Buffer.from(guest.consume(encode(all)).bytes).toString('hex');
              } catch (error) {
                return `failed: ${(error as OtelWasmError).code}`;
              }
            };
            assert.equal(consume(left), consume(items));
          },
        ),
        { numRuns: runs(800) },
      );
      assert.ok(early > 20 && kept > 20, `${early} were dropped early, ${kept} were not`);
    }).timeout(120_000);
  }

  it('drop what the guest drops, for each kind of value and constant', () => {
    const path = 'attributes["a"]';
    const texts = TEXTS.map(text => JSON.stringify(text));
    const conditions = [
      ...['==', '!=', '<', '<=', '>', '>='].flatMap(op => LITERALS.map(one => `${path} ${op} ${one}`)),
      ...['HasPrefix', 'HasSuffix'].flatMap(name => texts.map(one => `${name}(${path}, ${one})`)),
      ...PATTERNS.map(pattern => `IsMatch(${path}, "${pattern}")`),
    ];
    const [like] = fc.sample(span, { numRuns: 1, seed: 1 });
    const all = [...TEXTS, ...NUMBERS, ...OTHERS].map((a, index) => ({
      ...like,
      name: String(index),
      attributes: { a },
    }));
    all.push({ ...like, name: 'none', attributes: {} } as (typeof all)[0]);
    const decided = new Set<boolean>();
    const both = [...conditions, ...conditions.map(one => `not (${one})`)];
    // The short form has every fifth: of each operator other constants.
    for (const condition of both.filter((_, index) => process.env.FULL_TESTS || index % 5 === 0)) {
      const wasm = compileRules({ filter: { error_mode: 'ignore', traces: { span: [condition] } } });
      const isDropped = compileDrops(readDrops(wasm), 'traces') ?? (() => false);
      const left = new Set(spanNames(openGuest('traces', wasm).consume(encodeTraces(all as never[])).bytes));
      for (const one of all) {
        if (isDropped(one)) assert.ok(!left.has(one.name), `${condition}: ${inspect(one.attributes)}`);
        decided.add(isDropped(one) === !left.has(one.name));
      }
    }
    assert.equal(decided.size, 2, 'expected both early drops and drops left to the guest');
  }).timeout(60_000);

  it('ignore an invalid section or condition', () => {
    const test = { op: '==', field: 'name', value: 'a' };
    let deep: object = test;
    for (let depth = 0; depth < 100; depth++) deep = { op: 'not', test: deep };
    const wrong = [
      ...[
        '',
        '{',
        'null',
        '[]',
        '{"traces":{}}',
        '{"traces":[null]}',
        '{"traces":[{"strict":true}]}',
        ' '.repeat(100_000),
      ],
      ...[
        { ...test, op: 'eval' },
        { ...test, field: 'toString' },
        { ...test, field: 'severity_text' },
        { ...test, field: null },
        { ...test, op: '<' },
        { ...test, value: {} },
        { op: 'and', tests: new Array(2_000).fill(test) },
        deep,
      ].map(one => JSON.stringify({ traces: [{ test: one, strict: false }] })),
    ];
    const [one] = spansNamed('a');
    for (const text of wrong) {
      const isDropped = compileDrops(text, 'traces');
      assert.equal(isDropped?.(one) ?? false, false, text.slice(0, 200));
    }
    const right = compileDrops(JSON.stringify({ traces: [{ test, strict: false }] }), 'traces');
    assert.deepEqual(
      [...spansNamed('a', 'b')].map(each => right?.(each)),
      [true, false],
    );
  });
});
