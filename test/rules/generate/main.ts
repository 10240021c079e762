// npm run rules:generate: random data sets and random cases over them, the same for the same seed. Renew the results
// afterwards: npm run rules:oracle -- --update.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Signal, SIGNALS } from '../../../src/abi/signal';
import { CORPUS } from '../caseFiles';
import { KEYS, randomData } from './data';
import { Random } from './random';
import { PATTERNS, Statements } from './statements';

const SEED = 20;
const DATA_SETS = 12;
const CASES = { transform: 160, filter: 80, attributes: 24, redaction: 24 } as const;

const FIELDS: Readonly<Record<Signal, string>> = { traces: 'trace', metrics: 'metric', logs: 'log' };

const random = new Random(SEED);
const dataSetName = (signal: Signal, index: number): string => `generated/${signal}-${index}`;

mkdirSync(join(CORPUS, 'data', 'generated'), { recursive: true });
mkdirSync(join(CORPUS, 'cases', 'generated'), { recursive: true });
for (const signal of SIGNALS) {
  for (let index = 0; index < DATA_SETS; index++) {
    const text = JSON.stringify(randomData(random, signal));
    writeFileSync(join(CORPUS, 'data', `${dataSetName(signal, index)}.json`), `${text}\n`);
  }
  for (const [processor, count] of Object.entries(CASES)) {
    const make = configurations()[processor as keyof typeof CASES];
    const cases = Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `${processor} ${index}`,
        {
          data: dataSetName(signal, random.below(DATA_SETS)),
          config: { processors: { [processor]: make(signal) } },
        },
      ]),
    );
    const file = [
      `# Made by npm run rules:generate, seed ${SEED}.`,
      stringify({ signal, data: dataSetName(signal, 0), config: {}, cases }, { lineWidth: 0 }),
    ].join('\n');
    writeFileSync(join(CORPUS, 'cases', 'generated', `${signal}-${processor}.yaml`), file);
  }
}

/** What stands under a processor's name. */
function configurations(): Record<keyof typeof CASES, (signal: Signal) => unknown> {
  const errorMode = () => random.pick(['ignore', 'ignore', 'silent', 'propagate']);
  const key = () => random.pick(KEYS);
  const pattern = () => random.pick(PATTERNS).replaceAll('\\\\', '\\');
  return {
    transform: signal => ({
      error_mode: errorMode(),
      [`${FIELDS[signal]}_statements`]: statements(new Statements(random, signal)),
    }),
    filter: signal => ({
      error_mode: errorMode(),
      [`${FIELDS[signal]}_conditions`]: random.some(1, 2, () => new Statements(random, signal).condition()),
    }),
    attributes: () => ({ actions: random.some(1, 3, action) }),
    redaction: () => ({
      ...(random.chance(70) ? { allow_all_keys: true } : { allowed_keys: random.some(1, 4, key) }),
      ...(random.chance(70) && { blocked_values: random.some(1, 2, pattern) }),
      ...(random.chance(30) && { blocked_key_patterns: [pattern()] }),
      ...(random.chance(30) && { ignored_keys: [key()] }),
      ...(random.chance(30) && { allowed_values: [pattern()] }),
      ...(random.chance(40) && { redact_all_types: true }),
      ...(random.chance(30) && { hash_function: random.pick(['md5', 'sha1', 'sha3']) }),
      ...(random.chance(60) && { summary: random.pick(['debug', 'info', 'silent']) }),
    }),
  };

  /** Of one context: what is of two has to stand in two groups. */
  function statements(source: Statements): string[] {
    return random.some(1, 3, () => source.statement());
  }

  function action(): unknown {
    const value = () => random.pick<unknown>(['v', 5, 2.5, true, ['a', 1]]);
    switch (random.below(6)) {
      case 0:
        return { key: key(), action: random.pick(['insert', 'update', 'upsert']), value: value() };
      case 1:
        return { key: key(), action: random.pick(['insert', 'update', 'upsert']), from_attribute: key() };
      case 2:
        return random.chance(50)
          ? { key: key(), action: 'delete' }
          : { pattern: pattern(), action: 'delete' };
      case 3:
        return random.chance(70) ? { key: key(), action: 'hash' } : { pattern: pattern(), action: 'hash' };
      case 4:
        return { key: key(), action: 'convert', converted_type: random.pick(['int', 'double', 'string']) };
      default:
        return {
          key: key(),
          action: 'extract',
          pattern: random.pick(['(?P<a>[a-z]+)', '(?P<n>\\d+)(?P<rest>.*)']),
        };
    }
  }
}
