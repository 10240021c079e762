import assert from 'node:assert/strict';
import { type Signal, SIGNALS } from '../../src/abi';
import { checkStructure } from '../../src/otlp';
import { otlpFromJson } from '../../src/otlp/json';
import { type JsonMessage, messageNamed } from '../../src/otlp/json/fields';
import { harmless } from '../assembly/detect/harmless';
import { type Secret, SECRETS } from '../assembly/detect/secrets';
import { canonical, unusual, varint } from '../assembly/encodings/encode';
import { Random } from '../assembly/encodings/random';
import { decode, isTree, type Tree } from '../assembly/encodings/tree';
import { Guest } from '../assembly/harness';
import { Random as SecretRandom } from '../fuzz/random';
import { built } from '../support/built';
import { textInEveryField } from './textInEveryField';

const { FULL_TESTS, REDACT_ROUNDS } = process.env;
const ROUNDS = Number(REDACT_ROUNDS ?? (FULL_TESTS ? 2 : 1));
/** The short form puts into each place every so many of the kinds of secrets, and into the next place the next ones. */
const STEP = FULL_TESTS || REDACT_ROUNDS ? 1 : 6;
const HARMLESS_ITEMS = FULL_TESTS ? 10_000 : 1_000;
const SEED = Number(process.env.REDACT_SEED ?? 7);
const MESSAGES = { traces: 'TracesData', metrics: 'MetricsData', logs: 'LogsData' } as const;

/** How many items a batch of `textInEveryField` has. */
const ITEMS: Readonly<Record<Signal, number>> = { traces: 1, metrics: 5, logs: 3 };

/** On request only: not among those of the detectors' own test. */
const ON_REQUEST: readonly ((random: Random) => Secret)[] = [
  random => ({ ...own(`+49 151 ${String(10_000_000 + random.below(89_999_999))}`), detector: 'phone' }),
  random => ({ ...own(`192.0.2.${random.below(256)}`), detector: 'ipAddress' }),
];
const own = (text: string): Omit<Secret, 'detector'> => ({ secret: text, text });

/** What may stand around a secret. */
const BEFORE = [
  '',
  '',
  ' ',
  'é',
  '中',
  '😀',
  '{"a":"',
  'the value of the setting, which is longer than that: ',
  '\n',
];
const AFTER = ['', '', ' ', 'é', '中', '😀', '"}', ' is what was sent to us by a client that has gone', '\n'];

/** A place that holds a text: of a string field, or of bytes in a value. */
interface Place {
  readonly path: string;
  readonly put: (text: string) => void;
  /** Puts back what was there. */
  readonly restore: () => void;
}

function placesIn(tree: Tree, path: string): Place[] {
  return [...tree.fields].flatMap(([number, values]) => {
    const field = tree.message.byNumber.get(number)!;
    return values.flatMap((value, index): Place[] => {
      const here = `${path}.${field.name}`;
      if (isTree(value)) return placesIn(value, here);
      if (field.type !== 'string' && field.name !== 'bytesValue') return [];
      return [
        {
          path: here,
          put: text => (values[index] = Buffer.from(text)),
          restore: () => (values[index] = value),
        },
      ];
    });
  });
}

/** The messages in a tree, the first for each path of names. */
function messagesIn(tree: Tree, path = '', found = new Map<string, Tree>()): Tree[] {
  const here = `${path}/${tree.message.name}`;
  if (!found.has(here)) found.set(here, tree);
  for (const value of [...tree.fields.values()].flat()) if (isTree(value)) messagesIn(value, here, found);
  return [...found.values()];
}

/** How many items, data points and exemplars there are. */
function droppable(tree: Tree): number {
  const own = /^(Span|LogRecord|Exemplar|\w+DataPoint)$/.test(tree.message.name) ? 1 : 0;
  return [...tree.fields.values()]
    .flat()
    .reduce<number>((sum, value) => sum + (isTree(value) ? droppable(value) : 0), own);
}

/** A field number that the message does not have, below 16 if there is one. */
function unused({ message }: Tree): number {
  let number = 1;
  while (message.byNumber.has(number)) number++;
  return number;
}

/** Gives a message a field that it does not have in OTLP. What it returns takes it away. */
function plant(tree: Tree, number: number, content: Uint8Array): () => void {
  const { message } = tree;
  const field = {
    number,
    name: 'unknown',
    type: 'bytes',
    repeated: false,
    explicit: true,
    rivals: [],
  } as const;
  const byNumber = new Map(message.byNumber).set(number, field);
  Object.assign(tree, { message: { ...message, byNumber } });
  tree.fields.set(number, [content]);
  return () => {
    Object.assign(tree, { message });
    tree.fields.delete(number);
  };
}

const lengthDelimited = (number: number, content: Uint8Array): Buffer =>
  Buffer.concat([Uint8Array.of(number * 8 + 2), varint(BigInt(content.length)), content]);
const text = (number: number, content: string): Buffer => lengthDelimited(number, Buffer.from(content));
const attribute = (value: string, key: string): Buffer =>
  Buffer.concat([text(1, key), lengthDelimited(2, text(1, value))]);

/** What a field that is not known may hold: a text, a message with one, an attribute, a message with attributes. */
const FORMS: readonly ((value: string, key: string) => Buffer)[] = [
  value => Buffer.from(value),
  (value, key) => Buffer.concat([Uint8Array.of(0x08, 0x05), text(2, value), text(3, key)]),
  attribute,
  (value, key) => lengthDelimited(4, attribute(value, key)),
];

const BYTES = Object.fromEntries(
  SIGNALS.map(signal => [signal, otlpFromJson(signal, textInEveryField(signal))]),
) as Record<Signal, Uint8Array>;

const treeOf = (signal: Signal): Tree => decode(messageNamed(MESSAGES[signal]), BYTES[signal]);

/** `Message.field` of each text that OTLP has below a message. */
function textsOf({ name, byNumber }: JsonMessage, seen = new Set([name])): string[] {
  return [...byNumber.values()].flatMap(({ name: field, type }) => {
    if (type === 'string') return [`${name}.${field}`];
    if (typeof type === 'string' || seen.has(type.name)) return [];
    seen.add(type.name);
    return textsOf(type, seen);
  });
}

describe('the batches with a text in every field', () => {
  for (const signal of SIGNALS) {
    it(`cover every string field of ${signal}`, () => {
      const held = new Set(
        messagesIn(treeOf(signal)).flatMap(({ message, fields }) =>
          [...fields.keys()].map(number => `${message.name}.${message.byNumber.get(number)!.name}`),
        ),
      );
      const missing = textsOf(messageNamed(MESSAGES[signal])).filter(text => !held.has(text));
      assert.deepEqual(missing, []);
    });
  }
});

describe('otelwasm:redact', function () {
  this.timeout(300_000);
  let guest: Guest;
  before(() => {
    built('redact');
    guest = Guest.load('redact', { detectors: { phone: true, ip_address: true } });
  });

  for (const signal of SIGNALS) {
    it(`leaks no secret of any detector in any field of ${signal} in any encoding`, () => {
      const makers = [...SECRETS, ...ON_REQUEST] as readonly ((random: never) => Secret)[];
      const paths = new Set<string>();
      const tree = treeOf(signal);
      const places = placesIn(tree, '');
      let seed = SEED;
      for (let round = 0; round < ROUNDS; round++) {
        for (const [place, { path, put, restore }] of places.entries()) {
          for (const make of makers.filter((_, kind) => kind % STEP === place % STEP)) {
            const random = new Random(++seed);
            const { detector, secret, text } = make(new SecretRandom(seed) as never);
            put(random.pick(BEFORE) + text + random.pick(AFTER));
            paths.add(path);
            const bytes = random.chance(0.5) ? canonical(tree) : unusual(tree, random);
            restore();
            const { status, reason, results } = guest.consume(signal, bytes);
            assert.equal(status, 0, reason);
            const out = Buffer.from(results.at(-1) ?? bytes);
            // Two characters may be there by chance: then with what it depends on.
            const left = secret.length < 6 ? text : secret;
            assert.ok(!out.includes(left), `seed ${seed}: ${detector} ${secret} in ${path}`);
            // Keys, schema URLs and the like are removed: a mask is none.
            if (!/Value$/.test(path)) continue;
            const kept = placesIn(decode(messageNamed(MESSAGES[signal]), out), '').length;
            assert.equal(kept, places.length, `seed ${seed}: ${path} is removed, not masked`);
          }
        }
      }
      assert.ok(paths.size > 15, `${paths.size} fields`);
    });
  }

  for (const signal of SIGNALS) {
    it(`leaks no secret in an unknown field of any message of ${signal}`, () => {
      const random = new Random(SEED);
      const tree = treeOf(signal);
      for (const [index, message] of messagesIn(tree).entries()) {
        for (const [column, number] of [unused(message), 30, 5_000].entries()) {
          for (const [row, form] of FORMS.entries()) {
            // The short form gives each message each number and each form, but not each pair of them.
            if (!FULL_TESTS && (index + column + row) % 3 > 0) continue;
            const make = random.pick(SECRETS);
            const { secret, text } = make(new SecretRandom(random.below(1e6)));
            const left = secret.length < 6 ? text : secret;
            for (const [content, survives] of [
              [form('not a secret', 'http.route'), true],
              [form(`${random.pick(BEFORE)}${text}${random.pick(AFTER)}`, 'http.route'), false],
              [form('correct horse', 'db.password'), FORMS.indexOf(form) < 2],
            ] as const) {
              const takeAway = plant(message, number, content);
              const bytes = canonical(tree);
              takeAway();
              const { status, reason, results } = guest.consume(signal, bytes);
              assert.equal(status, 0, reason);
              const out = Buffer.from(results.at(-1) ?? bytes);
              const where = `field ${number} of ${message.message.name}: ${content.toString()}`;
              checkStructure(signal, out, 'items');
              assert.equal(out.includes(content), survives, where);
              if (!survives) assert.ok(!out.includes(left) && !out.includes('horse'), where);
            }
          }
        }
      }
    });
  }

  for (const signal of SIGNALS) {
    it(`drops items for secrets in an unknown field of any message of ${signal}`, () => {
      const dropping = Guest.load('redact', {
        detectors: { email: 'drop' },
        keys: [{ key: 'enduser.pin', action: 'drop' }],
      });
      const card = '4111 1111 1111 1111';
      const before = droppable(treeOf(signal));
      for (let index = 0; index < messagesIn(treeOf(signal)).length; index++) {
        for (const form of FULL_TESTS ? FORMS : [FORMS[1 + (index % 2)]]) {
          for (const [content, drops] of [
            [form('me@example.com', 'http.route'), true],
            [form(`${card}, me@example.com`, 'http.route'), true],
            [form('17', 'enduser.pin'), FORMS.indexOf(form) >= 2],
            [form(card, 'http.route'), false],
            [form('correct horse', 'db.password'), false],
          ] as const) {
            const tree = treeOf(signal);
            const message = messagesIn(tree)[index];
            plant(message, unused(message), content);
            const bytes = canonical(tree);
            const { status, reason, results } = dropping.consume(signal, bytes);
            assert.equal(status, 0, reason);
            const out = results.at(-1) ?? bytes;
            const after = droppable(decode(messageNamed(MESSAGES[signal]), out));
            const where = `${message.message.name}: ${content.toString()}`;
            // The groups are no items: there the field goes alone.
            const isGroup = /Data$|^Resource.|^Scope./.test(message.message.name);
            assert.equal(after < before, drops && !isGroup, where);
            assert.ok(!/me@example|1111/.test(Buffer.from(out).toString('latin1')), where);
          }
        }
      }
    });
  }

  it('keeps both parts of a map that is set twice', () => {
    const part = (value: string, key: string): Buffer =>
      lengthDelimited(2, lengthDelimited(6, lengthDelimited(1, attribute(value, key))));
    const entry = Buffer.concat([text(1, 'k'), part('me@example.com', 'a'), part('plain', 'b')]);
    const batch = [1, 2, 2].reduceRight(
      (content, number) => lengthDelimited(number, content),
      lengthDelimited(9, entry),
    );
    const out = Buffer.from(guest.consume('traces', batch).results[0]).toString();
    assert.match(out, /\*\*\*.*plain/s);
    assert.doesNotMatch(out, /example/);
  });

  it(`leaves ${HARMLESS_ITEMS} items without secrets unchanged`, () => {
    const plain = Guest.load('redact');
    const random = new SecretRandom(SEED);
    const alarms: string[] = [];
    let items = 0;
    for (let seed = 1; items < HARMLESS_ITEMS; seed++) {
      const signal = SIGNALS[seed % SIGNALS.length];
      const tree = treeOf(signal);
      const texts: string[] = [];
      for (const { path, put } of placesIn(tree, '')) {
        if (path.endsWith('.key')) continue;
        texts.push(harmless(random));
        put(texts.at(-1)!);
      }
      const { status, results } = plain.consume(signal, canonical(tree));
      assert.equal(status, 0);
      if (results.length > 0) alarms.push(texts.join('\n'));
      items += ITEMS[signal];
    }
    assert.deepEqual(alarms, []);
  });
});
