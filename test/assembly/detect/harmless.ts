import type { Random } from '../../fuzz/random';
import { luhnDigit } from './secrets';

const hex = (random: Random, size: number) => Array.from({ length: size }, () => random.below(16).toString(16)).join('');
const number = (random: Random, size: number) => Array.from({ length: size }, (_, i) => (i === 0 ? 1 + random.below(9) : random.below(10))).join('');

/** What telemetry is full of. Numbers as long as cards' are left out when Luhn's sum happens to fit. */
export function harmless(random: Random): string {
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
