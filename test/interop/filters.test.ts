import assert from 'node:assert/strict';
import type { Signal } from '../../src/abi/signal';
import { collectorExpected, host, isBuilt, needs } from './guests';
import { type Answer, hasWazero, type Job, type Outcome, runInWazero } from './wazero';

const both: readonly Signal[] = ['traces', 'logs'];

/** The guests, and the signals that they filter; AssemblyScript's is the example of the main job. */
const guests: Readonly<Record<string, readonly Signal[]>> = {
  'go/slicefilter': both,
  'c/filter': both,
  'c/filter-0.1.0': both,
  'rust/filter': both,
  'rust/filter-0.1.0': both,
  filter: ['traces'],
  '0.1.0/filter': ['traces'],
};

const rule = (attribute: string, equals: string) => ({ attribute, equals });
const everyPath = ['/healthz', '/cart/42', '/pay', '/größe', '/login'];
const configs: Record<string, unknown> = {
  'no configuration': null,
  'no rule': { drop: [] },
  'one rule': { drop: [rule('url.path', '/healthz')] },
  'a rule that nothing matches': { drop: [rule('url.path', '/absent')] },
  'a rule on an attribute that is not a string': {
    drop: [rule('zero', '0'), rule('http.response.status_code', '500')],
  },
  'every span of a scope': { drop: [rule('db.system', 'postgresql')] },
  'every item': {
    drop: [
      ...everyPath.map(path => rule('url.path', path)),
      rule('format', 'json'),
      rule('card', '4111111111111111'),
    ],
  },
  escapes: {
    drop: [rule('a "b" \\ \n\u0001', '] } ,'), rule('url.path', '/gr\u00f6\u00dfe'), rule('queue', 'mail')],
  },
};

/** Outcomes in the form of the other host. */
function inNode({ guest, signal, config, inputs = [] }: Job): Outcome[] {
  const { instance } = host(guest, { signal, pluginConfig: config });
  return inputs.map(input => {
    const outcome = instance.consume(input);
    return {
      status: outcome.status,
      bytes: outcome.status === 'changed' ? Buffer.from(outcome.bytes).toString('base64') : '',
      code: 'error' in outcome ? outcome.error.code : '',
      message: 'error' in outcome ? outcome.error.message : '',
    };
  });
}

/** The same filter in several languages, in two hosts: a guest moves between an app and a Collector. */
describe('one filter in several languages', function () {
  const expected = collectorExpected();
  const built = Object.keys(guests).filter(isBuilt);
  const builtFor = (signal: Signal): string[] => built.filter(name => guests[name].includes(signal));
  const withoutMessages = (outcomes: readonly Outcome[]) =>
    outcomes.map(({ status, bytes }) => ({ status, bytes }));
  const job = (guest: string, signal: Signal, title: string): Job => {
    const batch = expected.get(signal)!;
    const inputs = [batch, new Uint8Array(0), batch.subarray(0, batch.length - 3), batch];
    return { guest, signal, config: configs[title], inputs };
  };
  const key = ({ guest, signal, config }: Job): string => JSON.stringify([guest, signal, config]);
  const onWazero = new Map<string, Answer>();

  before(function () {
    if (built.length === 0) needs(this, ...Object.keys(guests));
    if (!hasWazero()) return;
    const jobs = both.flatMap(signal =>
      builtFor(signal).flatMap(guest => Object.keys(configs).map(title => job(guest, signal, title))),
    );
    runInWazero(jobs).forEach((answer, i) => onWazero.set(key(jobs[i]), answer));
  });

  for (const signal of both) {
    for (const title of Object.keys(configs)) {
      it(`${signal}, ${title}: the same bytes from each language and host`, function () {
        const reference = inNode(job(builtFor(signal)[0], signal, title));
        for (const guest of builtFor(signal)) {
          const outcomes = inNode(job(guest, signal, title));
          assert.deepEqual(withoutMessages(outcomes), withoutMessages(reference), guest);
          if (!hasWazero()) continue;
          const answer = onWazero.get(key(job(guest, signal, title)))!;
          assert.equal(answer.error, undefined, `${guest} on wazero`);
          assert.deepEqual(answer.outcomes, outcomes, `${guest} on wazero`);
        }
      });
    }
  }

  it('rejects an unknown option, so that a misspelt one is noticed', function () {
    const strict = built.filter(name => guests[name] === both);
    const unknown = [
      'a "quoted" } ] text\n',
      { drop: [1, -2.5e3, { a: [], b: {} }, true, null, ''] },
      [rule('url.path', '/healthz')],
    ];
    for (const name of strict) {
      const plain = job(name, 'traces', 'one rule');
      for (const note of unknown) {
        const config = { note, drop: [rule('url.path', '/healthz')] };
        assert.throws(() => inNode({ ...plain, config }), { code: 'START_FAILED', message: /unknown/ }, name);
      }
    }
  });

  it("keeps what the Collector's filter processor keeps", function () {
    for (const name of built) {
      const [outcome] = inNode(job(name, 'traces', 'one rule'));
      const native = expected.get('filter traces: one condition')!;
      assert.equal(outcome.bytes, Buffer.from(native).toString('base64'), name);
    }
  });

  it('rejects a malformed batch and accepts the next', function () {
    for (const name of built) {
      const outcomes = inNode(job(name, 'traces', 'one rule'));
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ['changed', 'unchanged', 'refused', 'changed'],
        name,
      );
      assert.match(outcomes[2].message, /returned status 1: ./, name);
      assert.deepEqual(outcomes[3], outcomes[0], name);
    }
  });

  it('fails start() with an invalid rule', function () {
    for (const name of built) {
      assert.throws(
        () => host(name, { pluginConfig: { drop: [{ attribute: 1 }] } }),
        { code: 'START_FAILED' },
        name,
      );
    }
  });
});
