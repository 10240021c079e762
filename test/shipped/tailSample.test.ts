import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { checkGuest } from '../../src/conformance';
import { Guest } from '../assembly/harness';
import { attributesOf, keyValues, spansOf, TracesData } from '../assembly/otlp';
import { built } from '../support/built';
import { runs } from '../support/runs';

const ROOT = join(__dirname, '../..');
const OK = 1;
const ERROR = 2;
const HALF = '8';
const NOT_BELOW_HALF = 'f'.repeat(14);
const BELOW_HALF = '1'.repeat(14);

interface Given {
  readonly name?: string;
  readonly path?: string;
  readonly status?: number;
  readonly millis?: number;
  /** Place in the trace's list of the span that is its parent. */
  readonly parent?: number;
  readonly attributes?: object;
  readonly state?: string;
}

type GivenTrace = { readonly random?: string; readonly spans: readonly Given[] };

let traces = 0;

/** The last 14 digits of a trace's id are its randomness; those before tell traces apart. */
function idOf(random: string): Buffer {
  return Buffer.from(`${String(++traces).padStart(18, '0')}${random}`, 'hex');
}

function spansIn({ random = BELOW_HALF, spans }: GivenTrace, id = idOf(random)): object[] {
  return spans.map(({ name, path, status = OK, millis = 1, parent, attributes, state }, index) => ({
    ...{ traceId: id, spanId: Buffer.alloc(8, index + 1), name: name ?? 'GET /', traceState: state ?? '' },
    parentSpanId: parent === undefined ? undefined : Buffer.alloc(8, parent + 1),
    ...{ startTimeUnixNano: 1_000_000_000, endTimeUnixNano: 1_000_000_000 + millis * 1_000_000 },
    status: { code: status },
    attributes: keyValues({ ...(path === undefined ? {} : { 'url.path': path }), ...attributes }),
  }));
}

const encode = (spans: object[]): Uint8Array =>
  TracesData.encode({ resourceSpans: [{ scopeSpans: [{ spans }] }] }).finish();

function run(guest: Guest, spans: object[]): ReturnType<typeof spansOf> {
  const input = encode(spans);
  const { status, reason, results } = guest.consume('traces', input);
  assert.equal(status, 0, reason);
  return spansOf(results[0] ?? input);
}

/** How many of one trace's spans are left. */
function left(config: object, trace: GivenTrace): number {
  return run(Guest.load('tail-sample', config), spansIn(trace)).length;
}

const LATER = { probability: 0 };
const HEALTH_CHECK: GivenTrace = {
  spans: [
    { name: 'middleware', parent: 2 },
    { name: 'handler', parent: 0 },
    { name: 'GET /healthz', path: '/healthz' },
  ],
};

describe('otelwasm:tail-sample', () => {
  before(() => built('tail-sample'));

  it('keeps everything without a configuration', () => {
    assert.equal(left({}, HEALTH_CHECK), 3);
    assert.equal(run(Guest.load('tail-sample', null), spansIn(HEALTH_CHECK)).length, 3);
  });

  it('drops a request with all children, also when they come first', () => {
    assert.equal(left({ drop: ['/healthz'] }, HEALTH_CHECK), 0);
    assert.equal(left({ drop: ['/other'] }, HEALTH_CHECK), 3);
    // An error in it does not bring it back.
    const failing = HEALTH_CHECK.spans.map(span => ({ ...span, status: ERROR }));
    assert.equal(left({ drop: ['/healthz'] }, { spans: failing }), 0);
  });

  it('keeps a trace with a local root that matches no drop rule, or with only a matching child', () => {
    const drop = { drop: ['/healthz'] };
    assert.equal(left(drop, { spans: [...HEALTH_CHECK.spans, { path: '/users' }] }), 4);
    assert.equal(left(drop, { spans: [{ path: '/users' }, { path: '/healthz', parent: 0 }] }), 2);
    assert.equal(left(drop, { spans: [{ path: '/healthz', parent: 9 }] }), 0);
  });

  it('keeps errors, slow traces and traces with a span that matches keep', () => {
    const quiet = { spans: [{}, { parent: 0 }] };
    const failing = { spans: [{}, { parent: 0, status: ERROR }] };
    const slow = { spans: [{}, { parent: 0, millis: 2_000 }] };
    const gold = { spans: [{}, { parent: 0, attributes: { 'user.tier': 'gold' } }] };
    const named = { spans: [{}, { parent: 0, name: 'checkout' }] };
    const config = {
      ...LATER,
      slowMillis: 2_000,
      keep: [{ attribute: 'user.tier', equals: 'gold' }, { name: 'checkout' }],
    };
    for (const [trace, kept] of [
      [quiet, 0],
      [failing, 2],
      [slow, 2],
      [{ spans: [{}, { parent: 0, millis: 1_999 }] }, 0],
      [gold, 2],
      [named, 2],
    ] as const) {
      assert.equal(left(config, trace), kept);
      assert.equal(left(LATER, trace), trace === failing ? 2 : 0);
    }
    assert.equal(left({ ...LATER, keepErrors: false }, failing), 0);
  });

  it('samples the others by trace id or rv, and writes the threshold into each trace state', () => {
    const guest = Guest.load('tail-sample', { probability: 0.5 });
    const states = (trace: GivenTrace): string[] =>
      run(guest, spansIn(trace)).map(({ traceState }) => traceState as string);
    const spans = [{}, { parent: 0 }];
    assert.deepEqual(states({ random: NOT_BELOW_HALF, spans }), [`ot=th:${HALF}`, `ot=th:${HALF}`]);
    assert.deepEqual(states({ random: BELOW_HALF, spans }), []);
    assert.deepEqual(states({ random: BELOW_HALF, spans: [{ state: `a=1,ot=rv:${NOT_BELOW_HALF}` }] }), [
      `ot=th:${HALF};rv:${NOT_BELOW_HALF},a=1`,
    ]);
    // Kept for itself.
    assert.deepEqual(states({ random: BELOW_HALF, spans: [{ status: ERROR }, {}] }), ['ot=th:0', 'ot=th:0']);
    assert.deepEqual(states({ random: NOT_BELOW_HALF, spans: [{ state: 'ot=th:c' }, {}] }), [
      'ot=th:c',
      `ot=th:${HALF}`,
    ]);
  });

  it('keeps tracesPerSecond traces without a threshold', () => {
    const guest = Guest.load('tail-sample', { tracesPerSecond: 3 });
    const kept = (count: number): ReturnType<typeof spansOf> =>
      run(
        guest,
        Array.from({ length: count }, () =>
          spansIn({ spans: [{ state: 'ot=th:0;x:y' }, { state: 'ot=th:4' }] }),
        ).flat(),
      );
    const first = kept(10);
    assert.equal(first.length, 6);
    assert.deepEqual([first[0].traceState, first[1].traceState], ['ot=x:y', '']);
    assert.equal(kept(10).length, 0);
    guest.nanos += 400_000_000n;
    assert.equal(kept(10).length, 2);
    guest.nanos += 60_000_000_000n;
    assert.equal(kept(10).length, 6);
    // A clock that is set back gives nothing, and takes nothing.
    guest.nanos -= 3_600_000_000_000n;
    assert.equal(kept(10).length, 0);
    guest.nanos += 1_000_000_000n;
    assert.equal(kept(10).length, 6);
  });

  it('does not count errors and other kept traces against the rate', () => {
    const guest = Guest.load('tail-sample', { tracesPerSecond: 1 });
    const failing = Array.from({ length: 5 }, () => spansIn({ spans: [{ status: ERROR }] })).flat();
    assert.equal(run(guest, failing).length, 5);
    assert.equal(run(guest, spansIn({ spans: [{}] })).length, 1);
    assert.equal(run(guest, spansIn({ spans: [{}] })).length, 0);
  });

  it('keeps late spans of a kept trace', () => {
    const guest = Guest.load('tail-sample', { ...LATER, drop: ['/healthz'] });
    const id = idOf(BELOW_HALF);
    assert.equal(run(guest, spansIn({ spans: [{}] }, id)).length, 0);
    assert.equal(run(guest, spansIn({ spans: [{ status: ERROR }] }, id)).length, 1);
    assert.deepEqual(
      run(guest, spansIn({ spans: [{}, { path: '/healthz' }] }, id)).map(({ traceState }) => traceState),
      ['ot=th:0', 'ot=th:0'],
    );
    assert.equal(run(guest, spansIn({ spans: [{}] })).length, 0);
  });

  it('decides independent of batch boundaries and never keeps part of a trace', () => {
    const someSpan = fc.record<Given>(
      {
        path: fc.constantFrom('/healthz', '/users'),
        status: fc.constantFrom(OK, OK, OK, ERROR),
        millis: fc.constantFrom(1, 1, 5_000),
        parent: fc.integer({ min: 0, max: 4 }),
      },
      { requiredKeys: [] },
    );
    const someTrace = fc.record({
      random: fc.constantFrom(BELOW_HALF, NOT_BELOW_HALF),
      spans: fc.array(someSpan, { minLength: 1, maxLength: 5 }),
    });
    const config = { drop: ['/healthz'], slowMillis: 1_000, probability: 0.5 };
    fc.assert(
      fc.property(fc.array(someTrace, { maxLength: 8 }), fc.infiniteStream(fc.nat()), (given, order) => {
        const all = given.map(trace => ({ trace, spans: spansIn(trace) }));
        const mixed = all.flatMap(({ spans }) => spans);
        for (let i = mixed.length - 1; i > 0; i--) {
          const other = Number(order.next().value) % (i + 1);
          [mixed[i], mixed[other]] = [mixed[other], mixed[i]];
        }
        const together = run(Guest.load('tail-sample', config), mixed);
        const alone = all.flatMap(({ spans }) => run(Guest.load('tail-sample', config), spans));
        const names = (spans: typeof together): string[] =>
          spans.map(one => Buffer.from(one.traceId).toString('hex') + one.spanId[0] + one.traceState).sort();
        assert.deepEqual(names(together), names(alone));
        const expected = all
          .filter(({ trace: { random, spans } }) => {
            const has = (index?: number): boolean => index !== undefined && index < spans.length;
            const roots = spans.filter(({ parent }) => !has(parent));
            if (roots.length > 0 && roots.every(({ path }) => path === '/healthz')) return false;
            if (spans.some(({ status, millis }) => status === ERROR || millis === 5_000)) return true;
            return random === NOT_BELOW_HALF;
          })
          .reduce((sum, { spans }) => sum + spans.length, 0);
        assert.equal(together.length, expected);
      }),
      { numRuns: runs(200) },
    );
  });

  it('does what the configuration in README.md says', () => {
    const readme = readFileSync(join(ROOT, 'guests/tail-sample/README.md'), 'utf8');
    const config = JSON.parse(/```json\n(.*?)```/s.exec(readme)?.[1] ?? '') as object;
    assert.equal(left(config, HEALTH_CHECK), 0);
    assert.equal(left(config, { spans: [{ name: 'GET /internal/metrics' }] }), 0);
    assert.equal(left(config, { spans: [{}, { name: 'checkout', parent: 0 }] }), 2);
    assert.equal(left(config, { spans: [{ attributes: { 'user.tier': 'gold' } }] }), 1);
    assert.equal(left(config, { spans: [{ millis: 2_000 }] }), 1);
    assert.equal(left(config, { spans: [{}] }), 0);
    assert.equal(left(config, { random: NOT_BELOW_HALF, spans: [{}] }), 1);
  });

  for (const naming of ['v1', '0.1.0']) {
    it(`conforms, with names of ${naming}`, () => {
      const path = join(ROOT, 'build/shipped', naming, 'tail-sample.wasm');
      const { parts } = checkGuest(path, { pluginConfig: { drop: ['/healthz'], probability: 0.5 } });
      const results = parts.flatMap(part => part.results);
      assert.ok(results.length > 5);
      assert.deepEqual(
        results.filter(({ verdict }) => verdict !== 'pass'),
        [],
      );
    });
  }

  it('rejects unknown options and numbers out of range', () => {
    for (const [config, reason] of [
      [{ probabilty: 1 }, /probabilty/],
      [{ probability: 1.5 }, /pluginConfig.probability: expected a number from 0 to 1/],
      [{ probability: -1 }, /pluginConfig.probability/],
      [{ slowMillis: -1 }, /pluginConfig.slowMillis/],
      [{ tracesPerSecond: 0 }, /pluginConfig.tracesPerSecond: expected a number above 0/],
      [{ drop: 5 }, /pluginConfig.drop/],
      [{ keep: [{}] }, /pluginConfig.keep\[0\]/],
    ] as const) {
      assert.throws(() => Guest.load('tail-sample', config), reason);
    }
  });

  it('does not change attributes', () => {
    const [one] = run(
      Guest.load('tail-sample', {}),
      spansIn({ spans: [{ path: '/users', attributes: { a: 1 } }] }),
    );
    assert.deepEqual(attributesOf(one), { 'url.path': '/users', a: 1 });
  });
});
