import { createHash } from 'node:crypto';
import type { Random } from '../../fuzz/random';
import type { DetectorName } from './detectGuest';

/** A secret, what of it has to be found, and the text that it needs around itself. */
export interface Secret {
  readonly detector: DetectorName;
  readonly secret: string;
  /** With what the secret depends on: `Bearer ` before a token. */
  readonly text: string;
}

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LOWER = UPPER.toLowerCase();
const DIGITS = '0123456789';
const ALPHANUMERIC = UPPER + LOWER + DIGITS;
const URL_SAFE = `${ALPHANUMERIC}-_`;

const some = (random: Random, characters: string, size: number) =>
  Array.from({ length: size }, () => random.pick([...characters])).join('');
const word = (random: Random, least: number, most: number) =>
  some(random, LOWER, least + random.below(most - least + 1));

/** With both cases and digits, as random keys of this length have. */
function key(random: Random, characters: string, size: number): string {
  return `a1B${some(random, characters, size - 4)}${some(random, ALPHANUMERIC, 1)}`;
}

export function luhnDigit(digits: string): number {
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const doubled = Number(digit) * (i % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return (10 - (sum % 10)) % 10;
}

function card(random: Random): string {
  const [prefix, size, groups] = random.pick([
    ['4', 16, [4, 4, 4, 4]],
    ['4', 13, undefined],
    ['4', 19, [4, 4, 4, 4, 3]],
    ['51', 16, [4, 4, 4, 4]],
    ['2720', 16, [4, 4, 4, 4]],
    ['34', 15, [4, 6, 5]],
    ['37', 15, [4, 6, 5]],
    ['36', 14, [4, 6, 4]],
    ['3528', 16, [4, 4, 4, 4]],
    ['6011', 16, [4, 4, 4, 4]],
    ['645', 16, [4, 4, 4, 4]],
    ['62', 19, undefined],
  ] as [string, number, number[] | undefined][]);
  const body = prefix + some(random, DIGITS, size - prefix.length - 1);
  const digits = `${body}${luhnDigit(body)}`;
  const separator = groups === undefined ? '' : random.pick(['', ' ', '-']);
  let at = 0;
  return separator === '' ? digits : groups!.map(group => digits.slice(at, (at += group))).join(separator);
}

const remainder = (text: string) =>
  [...text].reduce((rest, character) => {
    const value = parseInt(character, 36);
    return (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
  }, 0);

function iban(random: Random): string {
  const [country, size] = random.pick([['DE', 22], ['GB', 22], ['FR', 27], ['NO', 15], ['MT', 31], ['CH', 21]] as const);
  const body = some(random, random.below(2) === 0 ? DIGITS : DIGITS + UPPER, size - 4);
  const check = String(98 - remainder(`${body}${country}00`)).padStart(2, '0');
  const number = country + check + body;
  return random.below(2) === 0 ? number : number.replace(/(.{4})(?=.)/g, '$1 ');
}

const base64Url = (text: string) => Buffer.from(text).toString('base64url');

function jwt(random: Random): string {
  const header = base64Url(JSON.stringify({ alg: random.pick(['HS256', 'RS256']), typ: 'JWT' }));
  const payload = base64Url(JSON.stringify({ sub: word(random, 1, 20), iat: 1_700_000_000 + random.below(1e6) }));
  return `${header}.${payload}.${createHash('sha256').update(payload).digest('base64url')}`;
}

const pem = (label: string, body: string) => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----`;

const whole = (detector: DetectorName, make: (random: Random) => string) => (random: Random): Secret => {
  const secret = make(random);
  return { detector, secret, text: secret };
};

const within =
  (detector: DetectorName, before: readonly string[], make: (random: Random) => string, after = '') =>
  (random: Random): Secret => {
    const secret = make(random);
    return { detector, secret, text: random.pick(before) + secret + after };
  };

/** Makes secrets of every detector. */
export const SECRETS: readonly ((random: Random) => Secret)[] = [
  whole('card', card),
  whole('iban', iban),
  whole('email', random => `${word(random, 1, 12)}${random.pick(['.', '_', '+', '-', ''])}${word(random, 1, 9)}${random.pick(['@', '%40'])}${word(random, 1, 12)}.${random.pick(['com', 'de', 'co.uk', 'info'])}`),
  whole('jwt', jwt),
  within('bearer', ['Bearer ', 'bearer ', 'Authorization: Bearer  ', '"BEARER '], random => key(random, `${URL_SAFE}.~+/`, 12 + random.below(60))),
  within('basic', ['Basic ', 'authorization: basic '], random => Buffer.from(`${word(random, 1, 12)}:${some(random, ALPHANUMERIC, 1 + random.below(20))}`).toString('base64')),
  whole('privateKey', random => pem(random.pick(['PRIVATE KEY', 'RSA PRIVATE KEY', 'OPENSSH PRIVATE KEY', 'EC PRIVATE KEY', 'PGP PRIVATE KEY BLOCK']), some(random, ALPHANUMERIC, 64))),
  within('urlPassword', ['postgres://', 'redis://', 'see https://'], random => `${word(random, 0, 8)}:${some(random, `${ALPHANUMERIC}!$%@`, 1 + random.below(20))}`, '@db.internal:5432/x'),
  within('urlSignature', ['https://a.b/c?sig=', '?access_token=', '/x?a=1&X-Goog-Signature=', '?AWSAccessKeyId=', '?b&Signature='], random => some(random, `${ALPHANUMERIC}%`, 10 + random.below(60)), '&z=1'),
  whole('aws', random => `${random.pick(['AKIA', 'ASIA'])}${some(random, `${UPPER}234567`, 16)}`),
  whole('google', random => `AIza${some(random, URL_SAFE, 34)}x`),
  whole('google', random => `GOCSPX-${some(random, URL_SAFE, 27)}x`),
  within('azure', ['AccountKey=', 'Endpoint=sb://x;SharedAccessKey='], random => `${some(random, `${ALPHANUMERIC}+/`, 86)}==`, ';'),
  whole('azure', random => `${some(random, ALPHANUMERIC, 3)}8Q~${some(random, URL_SAFE, 33)}x`),
  whole('gitHub', random => `gh${random.pick(['p', 'o', 'u', 's', 'r'])}_${some(random, ALPHANUMERIC, 36)}`),
  whole('gitHub', random => `github_pat_${some(random, ALPHANUMERIC, 22)}_${some(random, ALPHANUMERIC, 59)}`),
  whole('gitLab', random => `glpat-${key(random, URL_SAFE, 20)}`),
  whole('slack', random => `xox${random.pick(['b', 'p', 'a'])}-${some(random, DIGITS, 12)}-${some(random, ALPHANUMERIC, 24)}`),
  within('slack', ['https://hooks.slack.com/services/'], random => `T0${some(random, ALPHANUMERIC, 8)}/B0${some(random, ALPHANUMERIC, 8)}/${some(random, ALPHANUMERIC, 24)}`),
  whole('stripe', random => `${random.pick(['sk', 'rk'])}_${random.pick(['live', 'test'])}_${some(random, ALPHANUMERIC, 24)}`),
  whole('openAi', random => `sk-${random.pick(['', 'proj-'])}${key(random, URL_SAFE, 48)}`),
  whole('anthropic', random => `sk-ant-api03-${key(random, URL_SAFE, 93)}`),
  whole('npm', random => `npm_${some(random, ALPHANUMERIC, 36)}`),
];
