import assert from 'node:assert/strict';
import { Random } from '../../fuzz/random';
import { DetectGuest, type DetectorName, DETECTORS } from './detectGuest';
import { luhnDigit, SECRETS } from './secrets';

const SEED = Number(process.env.DETECT_SEED ?? 21);
const ROUNDS = Number(process.env.DETECT_ROUNDS ?? 200);

/** What may stand around a secret. */
const BEFORE = ['', ' ', 'key: ', '"', "'", 'é', '中', '😀', '(', 'a, ', '\n', '\t', 'x=', '>', '{"a":"', 'the value of the setting was ', '/'];
const AFTER = ['', ' ', '"', "'", 'é', '中', '😀', ')', ', and more', '\n', '&b=1', ';', '<', '"}', ' is what was sent to us'];

let guest: DetectGuest;
before(function () {
  this.timeout(60_000);
  guest = new DetectGuest();
});

describe('detectors', () => {
  it(`find ${SECRETS.length * ROUNDS} secrets in texts, whole`, () => {
    const random = new Random(SEED);
    for (let round = 0; round < ROUNDS; round++) {
      for (const make of SECRETS) {
        const { detector, secret, text } = make(random);
        const [before, after] = [random.pick(BEFORE), random.pick(AFTER)];
        const all = before + text + after;
        const first = Buffer.byteLength(before + text.slice(0, text.indexOf(secret)));
        const last = first + Buffer.byteLength(secret);
        const found = guest.findAll(all);
        assert.ok(
          found.some(each => each.start <= first && each.end >= last),
          `${detector} in ${JSON.stringify(all)}: ${JSON.stringify(found)}`,
        );
      }
    }
  });

  it('find the same where memory ends with the text', () => {
    const random = new Random(SEED + 4);
    const other = new DetectGuest();
    for (let round = 0; round < ROUNDS; round++) {
      const { text } = random.pick(SECRETS)(random);
      const all = 'x '.repeat(random.below(12)) + text + random.pick(AFTER);
      assert.deepEqual(other.findAllAtEnd(all), guest.findAll(all), all);
    }
  });

  it('find every secret of several in one text', () => {
    const random = new Random(SEED + 1);
    for (let round = 0; round < ROUNDS; round++) {
      const secrets = Array.from({ length: 1 + random.below(6) }, () => random.pick(SECRETS)(random));
      const all = secrets.map(({ text }) => text).join(random.pick([' ', ', ', '\n', ' 中 ']));
      const hidden = hiddenIn(all);
      for (const { detector, secret } of secrets) {
        assert.ok(!hidden.includes(secret), `${detector} ${secret} in ${JSON.stringify(all)} left ${JSON.stringify(hidden)}`);
      }
    }
  });

  it('find each secret by its own detector alone, and by no other', () => {
    const random = new Random(SEED + 2);
    for (const make of SECRETS) {
      for (let round = 0; round < 20; round++) {
        const { detector, secret, text } = make(random);
        guest.want(detector);
        assert.deepEqual(guest.findAll(text).map(each => each.detector), [detector], text);
        guest.want(...DETECTORS.filter(each => each !== detector));
        for (const each of guest.findAll(text)) {
          // A token of a scheme may look like another's key; what is meant here is that one detector does not wait for another.
          assert.notEqual(each.detector, detector, `${secret} by ${each.detector}`);
        }
      }
    }
    guest.want(...DEFAULT);
  });

  it('take time that grows linearly with the text', function () {
    this.timeout(60_000);
    const HARD = ['@', 'a@', 'eyJ', 'eyJ-', 'sk-', 'glab-', 'xoxb-1', 'AKIA', 'IA', '-', '-----BEGIN ', '_', 'gh', '1 ', '1234 ', '4111-', '8Q~', '=', '&sig=', 'bearer ', 'basic ', '//:@', 'a:@', 'npm_'];
    for (const piece of HARD) {
      const millis = (size: number) => {
        const text = Buffer.from(piece.repeat(size / piece.length));
        const times = Array.from({ length: 3 }, () => {
          const start = performance.now();
          guest.findAll(text);
          return performance.now() - start;
        });
        return Math.min(...times);
      };
      millis(20_000);
      // Quadratic time over 400 KB would be minutes; no busy machine takes linear time there.
      assert.ok(millis(400_000) < 5_000, piece);
    }
  });
});

const DEFAULT = DETECTORS.filter(name => name !== 'phone' && name !== 'ipAddress');

function hiddenIn(text: string): string {
  const bytes = Buffer.from(text);
  let [hidden, from] = ['', 0];
  for (const { start, end } of guest.findAll(text)) {
    hidden += `${bytes.toString('utf8', from, start)}[]`;
    from = end;
  }
  return hidden + bytes.toString('utf8', from);
}

describe('detectors: what each takes', () => {
  const cases: readonly [detector: DetectorName, text: string, found: readonly string[]][] = [
    ['card', '4111111111111111', ['4111111111111111']],
    ['card', '4111 1111 1111 1111, 4111-1111-1111-1111', ['4111 1111 1111 1111', '4111-1111-1111-1111']],
    ['card', '3782 822463 10005', ['3782 822463 10005']],
    ['card', '4111111111111112', []],
    ['card', 'x4111111111111111', []],
    ['card', '4111111111111111a', []],
    ['card', '0.4111111111111111', []],
    ['card', '41111111 11111111', []],
    ['card', '4111 1111-1111 1111', []],
    ['card', '1700000000000000000', []],
    ['card', '41111111111111111111111', []],
    ['iban', 'DE89 3704 0044 0532 0130 00', ['DE89 3704 0044 0532 0130 00']],
    ['iban', 'GB82WEST12345698765432.', ['GB82WEST12345698765432']],
    ['iban', 'GB82WEST12345698765433', []],
    ['iban', 'XX82WEST12345698765432', []],
    ['iban', 'DE89370400440532013000X', []],
    ['email', 'a.b+c@d-e.co.uk.', ['a.b+c@d-e.co.uk']],
    ['email', '中a@b.de中', ['a@b.de']],
    ['email', 'a@localhost, @b.de, lodash@4.17.21, a@b.c', []],
    ['bearer', 'Bearer abcdefgh1, bearer of bad news, Bearer authentication', ['abcdefgh1']],
    ['bearer', 'forbearer abcdefgh1', []],
    ['basic', 'Basic YTpi, Basic education, basic ab==', ['YTpi']],
    ['privateKey', '-----BEGIN PRIVATE KEY-----\\nMII', ['-----BEGIN PRIVATE KEY-----\\nMII']],
    ['privateKey', '-----BEGIN CERTIFICATE-----', []],
    ['urlPassword', 'http://u:p@h/a@b:c', ['u:p']],
    ['urlPassword', 'http://u@h/x, mailto:u@h, http://h:80/@x', []],
    ['urlSignature', '/a?sig=x&b=2, sig=3, ?mysig=4', ['x']],
    ['aws', 'AKIAIOSFODNN7EXAMPLE AKIAIOSFODNN7EXAMPLES xAKIAIOSFODNN7EXAMPLE', ['AKIAIOSFODNN7EXAMPLE']],
    ['openAi', 'sk-this-is-a-name-of-some-service task-0123456789abcdefGHIJ', []],
    ['jwt', 'eyJhbGciOiJIUzI1NiJ9.e30.', ['eyJhbGciOiJIUzI1NiJ9.e30.']],
    ['jwt', 'eyJhbGciOiJIUzI1NiJ9', []],
    ['phone', 'call +49 30 123456-78 or +1 (555) 010-9999', ['+49 30 123456-78', '+1 (555) 010-9999']],
    ['phone', '1+23456789, +0123456789, +1234', []],
    ['ipAddress', '::1, fe80::1ff:fe23:4567:890a, 2001:db8:0:1:2:3:4:5.', ['::1', 'fe80::1ff:fe23:4567:890a', '2001:db8:0:1:2:3:4:5']],
    ['ipAddress', '[2001:DB8::7]:443 12:30:05 00:1a:2b:3c:4d:5e std::vector a:b 1:2:3:4:5:6:7:8:9x :: x::1', ['2001:DB8::7']],
    ['ipAddress', '::ffff:10.0.0.1 64:ff9b::192.0.2.33.', ['::ffff:10.0.0.1', '64:ff9b::192.0.2.33']],
    ['ipAddress', '10.0.0.1, 256.1.1.1, 1.2.3.4.5, v1.2.3.4, 192.168.10.255.', ['10.0.0.1', '192.168.10.255']],
  ];
  for (const [detector, text, expected] of cases) {
    it(`${detector}: ${text.slice(0, 60)}`, () => {
      guest.want(detector);
      assert.deepEqual(guest.findAll(text).map(each => each.text), expected);
    });
  }
  after(() => guest.want(...DEFAULT));
});

describe('detectors: parameters of URLs', () => {
  it('are those that are known, and those that were added', () => {
    const other = new DetectGuest();
    assert.deepEqual(other.findAll('/a?token=x1&sig=y2').map(each => each.text), ['y2']);
    other.exports.addToken();
    assert.deepEqual(other.findAll('/a?token=x1&sig=y2').map(each => each.text), ['x1', 'y2']);
  });
});

describe('detectors: texts without secrets', () => {
  it('leave 10,000 of them alone', () => {
    const random = new Random(SEED + 3);
    const alarms = new Map<string, string[]>();
    for (let i = 0; i < 10_000; i++) {
      const text = harmless(random);
      for (const { detector } of guest.findAll(text)) alarms.set(detector, [...(alarms.get(detector) ?? []), text]);
    }
    assert.deepEqual([...alarms], []);
  });
});

const hex = (random: Random, size: number) => Array.from({ length: size }, () => random.below(16).toString(16)).join('');
const number = (random: Random, size: number) => Array.from({ length: size }, (_, i) => (i === 0 ? 1 + random.below(9) : random.below(10))).join('');

/** What telemetry is full of. Numbers as long as cards' are left out when Luhn's sum happens to fit. */
function harmless(random: Random): string {
  const id = number(random, 1 + random.below(12));
  const uuid = `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 12)}`;
  const long = number(random, 19);
  return random.pick([
    `GET /api/v1/orders/${id}`,
    `/users/${uuid}/avatar.png?size=${id}`,
    `https://shop.example.com:8443/p/${id}?utm_source=mail&page=2#top`,
    uuid,
    hex(random, 32),
    `00-${hex(random, 32)}-${hex(random, 16)}-01`,
    hex(random, 64),
    `v${random.below(9)}.${random.below(40)}.${random.below(9)}-beta.${random.below(9)}`,
    `lodash@4.17.${random.below(30)}`,
    `2026-11-28T12:${10 + random.below(49)}:05.${number(random, 9)}Z`,
    `1${number(random, 12)}`,
    luhnDigit(long.slice(0, 18)) === Number(long[18]) ? '' : long,
    `$${id}.${number(random, 2)}`,
    `ORD-${number(random, 4)}-${number(random, 6)}`,
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
    `SELECT * FROM orders WHERE id = ${id} AND state IN ('open', 'paid')`,
    `sha256:${hex(random, 64)}`,
    `ip-10-0-${random.below(255)}-${random.below(255)}.eu-central-1.compute.internal`,
    `arn:aws:lambda:eu-west-1:${number(random, 12)}:function:checkout-service`,
    `Error: connect ECONNREFUSED 127.0.0.1:${number(random, 4)}\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)`,
    `k8s.pod.name=checkout-${hex(random, 10)}-${hex(random, 5)}`,
    `task-${id}-skip-this-very-long-name-of-a-task`,
    `projects/my-project-${id}/locations/global/keyRings/ring_1`,
    `Basic usage of the bearer token scheme`,
    `${random.below(256)}.${random.below(256)}.${random.below(256)}.${random.below(256)}`,
    `0.${number(random, 16)}`,
  ]);
}
