/**
 * Feeds mutated modules and messages to all that reads bytes from guests, for a while.
 *
 *   npm run fuzz -- [--seconds 60] [--seed 1] [--target module|traces|metrics|logs|redact|redact-traces|rules|...]
 *   npm run fuzz -- --target traces --file build/fuzz/traces-1-4711.bin
 *
 * The name of a guest alone takes each of its signals in turn. The same seed gives the same inputs in the same order. An input that breaks a law, or takes longer than 5 seconds, is
 * written to build/fuzz; the second form runs it alone. Ends with 1 then.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { SIGNALS } from '../../src/abi/signal';
import { mutatedMessage } from './mutatedMessage';
import { mutated, Random } from './random';
import type { Target } from './target';
import { targets } from './targets';

const FOLDER = 'build/fuzz';
const SLOW_MILLIS = 5_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      target: { type: 'string' },
      file: { type: 'string' },
    },
  });
  const seed = Number(values.seed);
  const chosen = (await targets()).filter(
    ({ name }) =>
      values.target === undefined ||
      [values.target, ...SIGNALS.map(s => `${values.target}-${s}`)].includes(name),
  );
  if (chosen.length === 0) throw new Error(`--target ${values.target}: no such target`);
  if (values.file !== undefined) return chosen[0].check(Uint8Array.from(readFileSync(values.file)));

  console.log(`seed ${seed}, ${values.seconds} seconds`);
  const runs = new Map(chosen.map(({ name }) => [name, 0]));
  const end = performance.now() + Number(values.seconds) * 1_000;
  for (let round = 0; performance.now() < end; round++) {
    const target = chosen[round % chosen.length];
    const bytes = input(target, seed, round);
    runs.set(target.name, (runs.get(target.name) ?? 0) + 1);
    const problem = problemOf(target, bytes);
    if (problem === undefined) continue;
    mkdirSync(FOLDER, { recursive: true });
    const file = join(FOLDER, `${target.name}-${seed}-${round}.bin`);
    writeFileSync(file, bytes);
    console.error(`seed ${seed}, round ${round}: ${problem}`);
    console.error(`again: npm run fuzz -- --target ${target.name} --file ${file}`);
    process.exitCode = 1;
    break;
  }
  console.log([...runs].map(([name, count]) => `${name}: ${count} inputs`).join(', '));
}

/** Some inputs are changed more than once over, and so are far from what they began as. */
function input({ corpus }: Target, seed: number, round: number): Uint8Array {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ round);
  let bytes = random.pick(corpus);
  for (let times = 1 + random.below(3); times > 0; times--)
    bytes = (random.below(4) === 0 ? mutated : mutatedMessage)(random, bytes, random.pick(corpus));
  return Uint8Array.from(bytes);
}

function problemOf(target: Target, bytes: Uint8Array): string | undefined {
  const start = performance.now();
  try {
    target.check(bytes);
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const millis = performance.now() - start;
  return millis > SLOW_MILLIS ? `it took ${millis.toFixed(0)} ms` : undefined;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
