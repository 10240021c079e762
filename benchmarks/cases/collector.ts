/**
 * The Collector's own processors with the same rules on the same spans: as a guest in Go, and natively on one core.
 * `npm run bench:collector` builds both, and runs these.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { encodeTraces } from '../../src/otlp';
import { compileRules } from '../../src/rules';
import type { BenchmarkCase } from '../support/case';
import { compare, type Round, timed } from '../support/compare';
import { BUILT, consume, startGuest, unlessExists } from '../support/guests';
import { HEALTH, REPLACE_PATTERN } from '../support/rules';
import { makeNamedSpans } from '../support/spans';

const NATIVE = join(__dirname, '../../build/rules-oracle');
const HOW = 'it needs Go, and npm run bench:collector';
const SPANS = 512;
const CALLS = 200;

interface CollectorCase {
  readonly short: string;
  /** Its name is that of the Go guest. */
  readonly processor: 'filter' | 'transform';
  readonly rules: Readonly<Record<string, unknown>>;
  readonly dropPercent: number;
}

const CASES: readonly CollectorCase[] = [
  { short: 'health', processor: 'filter', rules: HEALTH, dropPercent: 10 },
  { short: 'replace-pattern', processor: 'transform', rules: REPLACE_PATTERN, dropPercent: 0 },
];

/** Our guest takes a twentieth at most. */
function goGuest({ short, processor, rules, dropPercent }: CollectorCase): BenchmarkCase {
  const name = `collector/guest/${short}/512/fresh`;
  const file = join(BUILT, 'go', `${processor}.wasm`);
  return {
    ...{ name, onlyFull: true, missing: unlessExists(file, HOW) },
    run: () => {
      const batch = () => encodeTraces(makeNamedSpans(SPANS, dropPercent));
      const side = (guest: ReturnType<typeof startGuest>): Round =>
        timed(batch, bytes => consume(guest, bytes));
      return compare({
        ...{ name, unit: 'µs/batch', atMost: 1 / 20, warmUpRounds: 40, rounds: 100 },
        ours: { name: 'compiled rules', round: side(startGuest(compileRules(rules))) },
        peer: {
          name: "the Collector's processor as a Go guest",
          round: side(startGuest(file, rules[processor])),
        },
      });
    },
  };
}

/** Native Go, unmarshal and marshal included, must not be faster. */
function native({ short, rules, dropPercent }: CollectorCase): BenchmarkCase {
  const name = `collector/native/${short}/512/repeated`;
  return {
    ...{ name, onlyFull: true, missing: unlessExists(NATIVE, HOW) },
    run: () => {
      const instance = startGuest(compileRules(rules));
      const batch = encodeTraces(makeNamedSpans(SPANS, dropPercent)).slice();
      const input = JSON.stringify({
        ...{ name, signal: 'traces', yaml: JSON.stringify({ processors: rules }) },
        input: Buffer.from(batch).toString('base64'),
      });
      const ours = timed(
        () => batch,
        bytes => {
          for (let call = 0; call < CALLS; call++) consume(instance, bytes);
        },
        CALLS,
      );
      return compare({
        ...{ name, unit: 'µs/batch', atMost: 1, warmUpRounds: 2, rounds: 15 },
        ours: { name: 'compiled rules', round: ours },
        peer: { name: "the Collector's processor in Go", round: () => nativeMicros(input) },
        note: 'means of 200 calls after as many',
      });
    },
  };
}

function nativeMicros(input: string): number {
  const { status, stdout, stderr } = spawnSync(NATIVE, ['-calls', String(CALLS)], {
    ...{ input, encoding: 'utf8' },
  });
  if (status !== 0) throw new Error(`${NATIVE} failed: ${stderr}`);
  return Number(stdout);
}

export const collectorCases: readonly BenchmarkCase[] = CASES.flatMap(each => [goGuest(each), native(each)]);
