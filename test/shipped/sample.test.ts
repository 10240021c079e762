import assert from 'node:assert/strict';
import { Guest } from '../assembly/harness';
import { span, TracesData } from '../assembly/otlp';
import { built } from '../support/built';

const OK = 1;
const ERROR = 2;

/** 14 digits, the last of a trace's id. */
type Randomness = string;

const traceId = (random: Randomness): Buffer => Buffer.from(`4bf92f3577b34da6a3${random}`, 'hex');

interface Given {
  readonly random?: Randomness;
  readonly state?: string;
  readonly status?: number;
  readonly millis?: number;
}

const MOST = 'f'.repeat(14);

/** The trace state of a span behind the guest; undefined when it was dropped. */
function sampled(
  config: object,
  { random = MOST, state, status = OK, millis = 0 }: Given,
): string | undefined {
  const guest = Guest.load('sample', config);
  const spans = [
    {
      ...span({ status }),
      traceId: traceId(random),
      // Absent, not empty: only then does the guest decide in one walk.
      ...(state === undefined ? {} : { traceState: state }),
      ...{ startTimeUnixNano: 1_000_000, endTimeUnixNano: 1_000_000 + millis * 1_000_000 },
    },
  ];
  const input = TracesData.encode({ resourceSpans: [{ scopeSpans: [{ spans }] }] }).finish();
  const { status: code, reason, results } = guest.consume('traces', input);
  assert.equal(code, 0, reason);
  const [group] = TracesData.decode(results[0] ?? input).resourceSpans;
  return group?.scopeSpans[0].spans[0].traceState as string | undefined;
}

describe('otelwasm:sample', () => {
  before(() => built('sample'));

  // The specification's table, 1 in N with 3, 4 and 5 digits.
  for (const [n, ...thresholds] of [
    [1, '0', '0', '0'],
    [2, '8', '8', '8'],
    [3, 'aab', 'aaab', 'aaaab'],
    [4, 'c', 'c', 'c'],
    [5, 'ccd', 'cccd', 'ccccd'],
    [8, 'e', 'e', 'e'],
    [10, 'e66', 'e666', 'e6666'],
    [16, 'f', 'f', 'f'],
    [100, 'fd71', 'fd70a', 'fd70a4'],
    [1_000, 'ffbe7', 'ffbe77', 'ffbe76d'],
    [10_000, 'fff972', 'fff9724', 'fff97247'],
    [100_000, 'ffff584', 'ffff583a', 'ffff583a5'],
    [1_000_000, 'ffffef4', 'ffffef39', 'ffffef391'],
  ] as [number, string, string, string][]) {
    it(`has the specification's thresholds of 1 in ${n}`, () => {
      thresholds.forEach((threshold, index) => {
        const config = { probability: 1 / n, precision: 3 + index };
        assert.equal(sampled(config, {}), `ot=th:${threshold}`);
        if (n === 1) return;
        const least = threshold.padEnd(14, '0');
        const below = (BigInt(`0x${least}`) - 1n).toString(16).padStart(14, '0');
        assert.equal(sampled(config, { random: least }), `ot=th:${threshold}`);
        assert.equal(sampled(config, { random: below }), undefined);
        assert.equal(sampled(config, { state: `ot=rv:${below}` }), undefined);
        assert.equal(
          sampled(config, { random: below, state: `ot=rv:${least}` }),
          `ot=th:${threshold};rv:${least}`,
        );
      });
    });
  }

  it('uses 4 digits by default and supports the smallest probability', () => {
    assert.equal(sampled({ probability: 0.1 }, {}), 'ot=th:e666');
    assert.equal(sampled({ probability: 2 ** -56 }, {}), `ot=th:${MOST}`);
  });

  it('raises a threshold, and never lowers one', () => {
    const half = { probability: 0.5 };
    assert.equal(sampled(half, { state: 'ot=th:4' }), 'ot=th:8');
    assert.equal(sampled(half, { state: 'ot=th:c' }), 'ot=th:c');
    assert.equal(sampled(half, { state: 'ot=th:8' }), 'ot=th:8');
  });

  it('ignores a threshold that is invalid or that the span cannot have passed', () => {
    const all = { probability: 1 };
    assert.equal(sampled(all, { random: '40000000000000', state: 'ot=th:8' }), 'ot=th:0');
    for (const th of ['', 'x', 'C', '123456789012345'])
      assert.equal(sampled(all, { state: `ot=th:${th}` }), 'ot=th:0');
    for (const rv of ['1', `${MOST}0`, MOST.toUpperCase()]) {
      assert.equal(
        sampled({ probability: 0.5 }, { random: '00000000000000', state: `ot=rv:${rv}` }),
        undefined,
      );
    }
  });

  it('keeps the rest of the trace state in order', () => {
    for (const [before, after] of [
      ['', 'ot=th:8'],
      ['a=1', 'ot=th:8,a=1'],
      ['a=1,ot=th:4;x:y,b=2', 'ot=th:8;x:y,a=1,b=2'],
      ['ot=p:8;th:4,a=1', 'ot=th:8;p:8,a=1'],
      ['a=1, ot=x:y', 'ot=th:8;x:y,a=1'],
      ['rot=th:4,a=ot=th:c', 'ot=th:8,rot=th:4,a=ot=th:c'],
    ]) {
      assert.equal(sampled({ probability: 0.5 }, { state: before }), after, before);
    }
  });

  it('keeps errors and slow spans, each with a weight of one', () => {
    const config = { probability: 0.5, slowMillis: 100 };
    const random = '00000000000001';
    assert.equal(sampled(config, { random }), undefined);
    assert.equal(sampled(config, { random, status: ERROR }), 'ot=th:0');
    assert.equal(sampled(config, { random, millis: 100 }), 'ot=th:0');
    assert.equal(sampled(config, { random, millis: 99 }), undefined);
    assert.equal(sampled(config, { status: ERROR }), 'ot=th:0');
    assert.equal(sampled(config, { status: ERROR, state: 'ot=th:4' }), 'ot=th:4');
    assert.equal(sampled({ ...config, keepErrors: false }, { random, status: ERROR }), undefined);
  });

  it('keeps spans without a valid trace id, with and without a trace state', () => {
    for (const state of [{}, { traceState: 'a=b' }]) {
      for (const id of [Buffer.alloc(0), Buffer.alloc(8)]) {
        const one = { ...span({}), traceId: id, ...state };
        const input = TracesData.encode({ resourceSpans: [{ scopeSpans: [{ spans: [one] }] }] }).finish();
        const { status, results } = Guest.load('sample', { probability: 2 ** -20 }).consume('traces', input);
        assert.deepEqual([status, results], [0, []]);
      }
    }
  });

  it('merges a status that is set twice', () => {
    const field = (number: number, content: Uint8Array): Buffer =>
      Buffer.concat([Uint8Array.of(number * 8 + 2, content.length), content]);
    const id = field(1, traceId('00000000000001'));
    const failed = field(15, Uint8Array.of(0x18, ERROR));
    const empty = field(15, new Uint8Array(0));
    const batch = field(1, field(2, field(2, Buffer.concat([id, failed, empty]))));
    const { results } = Guest.load('sample', { probability: 0.5 }).consume('traces', batch);
    const [group] = TracesData.decode(results[0]).resourceSpans;
    assert.equal(group?.scopeSpans[0].spans[0].traceState, 'ot=th:0');
  });

  it('decides equally for all spans of a trace, and keeps more of them with a higher probability', () => {
    for (let i = 0; i < 200; i++) {
      const random = Math.floor(i * 2.3e14)
        .toString(16)
        .padStart(14, '0');
      const kept = [0.1, 0.3, 0.9].map(probability => sampled({ probability }, { random }) !== undefined);
      assert.deepEqual(kept, [...kept].sort(), random);
    }
  });

  it('rejects a missing or invalid probability', () => {
    for (const config of [
      {},
      { probability: 0 },
      { probability: 1.1 },
      { probability: '0.1' },
      { probability: 1, precision: 0 },
    ]) {
      assert.throws(() => Guest.load('sample', config), /pluginConfig\.(probability|precision): expected/);
    }
  });
});
