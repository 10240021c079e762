import assert from 'node:assert/strict';
import { Random } from '../../fuzz/random';
import { DetectGuest, type DetectorName, DETECTORS } from './detectGuest';
import { harmless } from './harmless';
import { SECRETS } from './secrets';

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
  it(`find ${SECRETS.length * ROUNDS} secrets in texts, from first to last byte`, () => {
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

  it('find the same in a text at the end of memory', () => {
    const random = new Random(SEED + 4);
    const other = new DetectGuest();
    for (let round = 0; round < ROUNDS; round++) {
      const { text } = random.pick(SECRETS)(random);
      const all = 'x '.repeat(random.below(12)) + text + random.pick(AFTER);
      assert.deepEqual(other.findAllAtEnd(all), guest.findAll(all), all);
    }
  });

  it('find each of several secrets in one text', () => {
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

  it('find each secret with its detector and with no other', () => {
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

  it('take time linear in the length of the text', function () {
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

describe('detectors: what each finds', () => {
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
    ['email', 'to=a.b%2Bc%40d-e.co.uk&x=1', ['a.b%2Bc%40d-e.co.uk']],
    ['email', '/npm/%40scope%2fname, 100%40, a%40localhost, a%4', []],
    ['email', 'a@localhost, @b.de, lodash@4.17.21, a@b.c', []],
    ['bearer', 'Bearer abcdefgh1, bearer of bad news, Bearer authentication', ['abcdefgh1']],
    ['bearer', 'forbearer abcdefgh1', []],
    ['basic', 'Basic YTpi, Basic education, basic ab==', ['YTpi']],
    ['privateKey', '-----BEGIN PRIVATE KEY-----\\nMII', ['-----BEGIN PRIVATE KEY-----\\nMII']],
    ['privateKey', '-----BEGIN CERTIFICATE-----', []],
    ['urlPassword', 'http://u:p@h/a@b:c', ['u:p']],
    ['urlPassword', 'http://u@h/x, mailto:u@h, http://h:80/@x', []],
    ['urlSignature', '/a?sig=x&b=2, sig=3, ?mysig=4', ['x']],
    ['urlSignature', 'sig=x&sv=2&client_secret=y', ['x', 'y']],
    ['urlSignature', 'access_token=x', ['x']],
    ['urlSignature', 'sig=11 pid=3', []],
    ['urlSignature', 'password=', []],
    ['slack', 'POST https://hooks.slack.com/services/T0ABC/B1DEF/aBcDeFgHiJkLmNoPqRsTuVwX: 404', ['T0ABC/B1DEF/aBcDeFgHiJkLmNoPqRsTuVwX']],
    ['slack', 'https://example.com/services/T0ABC/B1DEF/x https://slack.com/T0ABC', []],
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
  it('are the known names and the added ones', () => {
    const other = new DetectGuest();
    assert.deepEqual(other.findAll('/a?token=x1&sig=y2').map(each => each.text), ['y2']);
    other.exports.addToken();
    assert.deepEqual(other.findAll('/a?token=x1&sig=y2').map(each => each.text), ['x1', 'y2']);
  });
});

describe('detectors: texts without secrets', () => {
  it('find nothing in 10,000 of them', () => {
    const random = new Random(SEED + 3);
    const alarms = new Map<string, string[]>();
    for (let i = 0; i < 10_000; i++) {
      const text = harmless(random);
      for (const { detector } of guest.findAll(text)) alarms.set(detector, [...(alarms.get(detector) ?? []), text]);
    }
    assert.deepEqual([...alarms], []);
  });
});
