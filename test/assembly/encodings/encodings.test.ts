import assert from 'node:assert/strict';
import type { Signal } from '../../../src/abi';
import { otlpFromJson } from '../../../src/otlp/json';
import { type JsonMessage, messageNamed } from '../../../src/otlp/json/fields';
import { Guest } from '../harness';
import { randomData, SECRET } from './data';
import { canonical, unusual } from './encode';
import { Random } from './random';
import { decode, describeTree, isTree, type Tree } from './tree';

const PAYLOADS: Readonly<Record<Signal, JsonMessage>> = {
  traces: messageNamed('TracesData'),
  metrics: messageNamed('MetricsData'),
  logs: messageNamed('LogsData'),
};

const SEEDS = Number(process.env.ENCODING_SEEDS ?? 150);

interface Case {
  readonly guest: string;
  readonly signals: readonly Signal[];
  readonly config: unknown;
  readonly redacts?: boolean;
}

const REDACTION = { keys: ['*password*', 'user.*'], remove: ['drop.*'], texts: [`${SECRET}*`] };

const CASES: readonly Case[] = [
  { guest: 'redact', signals: ['traces', 'metrics', 'logs'], config: REDACTION, redacts: true },
  { guest: 'logs-redact', signals: ['logs'], config: { ...REDACTION, minSeverity: 'info' }, redacts: true },
  {
    guest: 'filter',
    signals: ['traces'],
    config: {
      drop: [
        { attribute: 'http.route', equals: '/healthz' },
        { attribute: 'old.name', exists: true },
        { kind: 'server' },
        { name: { glob: 'poll *' }, kind: 'client' },
        { attributes: { 'http.request.method': 'GET', n: { exists: false } }, status: 'ok' },
      ],
      keep: [{ status: 'error' }],
    },
  },
  {
    guest: 'metrics-filter',
    signals: ['metrics'],
    config: { drop: ['jvm.*', { attributes: { 'http.route': '/healthz' } }] },
  },
  {
    guest: 'attributes',
    signals: ['traces', 'metrics', 'logs'],
    config: {
      actions: [
        { key: 'team', value: 'web', action: 'upsert', on: 'resource' },
        { key: 'n', value: 5, action: 'upsert' },
        { key: 'copy', from_attribute: 'http.route', action: 'insert' },
        { key: 'user.email', action: 'hash' },
        { glob: 'drop.*', action: 'delete' },
        { key: 'old.name', new_key: 'new.name', action: 'rename' },
      ],
      on: ['span', 'dataPoint', 'logRecord'],
    },
  },
];

/** OTLP may be encoded in many ways that a receiver reads alike: so must a guest. */
describe('guests with OTLP in unusual encodings', function () {
  this.timeout(120_000);

  for (const { guest, signals, config, redacts = false } of CASES) {
    for (const signal of signals) {
      it(`${guest} returns the same ${signal} for every encoding${redacts ? ' and leaks no secret' : ''}`, () => {
        const instance = Guest.load(guest, config);
        const message = PAYLOADS[signal];
        let secrets = 0;
        let changes = 0;
        for (let seed = 1; seed <= SEEDS; seed++) {
          const random = new Random(seed);
          const tree = decode(message, otlpFromJson(signal, randomData(signal, random)));
          const usual = canonical(tree);
          const other = unusual(tree, random);
          assert.equal(
            describeTree(decode(message, other)),
            describeTree(tree),
            `seed ${seed}: the test itself`,
          );
          const expected = run(instance, signal, usual, message);
          const actual = run(instance, signal, other, message);
          assert.equal(describeTree(actual), describeTree(expected), `seed ${seed}`);
          if (describeTree(tree).includes(SECRET)) secrets++;
          if (describeTree(expected) !== describeTree(tree)) changes++;
          if (redacts) assert.deepEqual(textsWith(actual, SECRET), [], `seed ${seed}`);
        }
        assert.ok(changes > SEEDS / 4, `${changes} of ${SEEDS} batches were changed`);
        if (redacts) assert.ok(secrets > SEEDS / 10, `${secrets} of ${SEEDS} batches had a secret`);
      });
    }
  }
});

function run(guest: Guest, signal: Signal, bytes: Uint8Array, message: JsonMessage): Tree {
  const { status, reason, results } = guest.consume(signal, bytes);
  assert.equal(status, 0, reason);
  return decode(message, results[0] ?? bytes);
}

function textsWith(tree: Tree, part: string): string[] {
  return [...tree.fields.values()].flat().flatMap(value => {
    if (isTree(value)) return textsWith(value, part);
    const text = typeof value === 'bigint' ? '' : Buffer.from(value).toString();
    return text.includes(part) ? [text] : [];
  });
}
