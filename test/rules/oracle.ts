// npm run rules:oracle [-- --update] [-- --groups filter/,transform/strings]
//
// Runs the Collector's own processors (test/rules/native, Go) over the corpus, and compares their results with the kept
// ones, or with --update keeps them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { CORPUS, type CorpusCase, type Expected, expectedTree, groups, readCases } from './caseFiles';
import { inLooseOrder } from './compare';
import { decodeOtlp } from './otlpTree';
import { canonicalText, diffTrees } from './treeDiff';

/** A line of the Go program's answer. */
interface NativeResult {
  readonly name: string;
  readonly stage?: 'configuration' | 'run' | 'panic';
  readonly error?: string;
  readonly outputs?: readonly (string | null)[];
  readonly logged?: number;
}

const MAX_REASON = 160;

const { values } = parseArgs({
  options: {
    update: { type: 'boolean', default: false },
    groups: { type: 'string', default: '' },
    native: { type: 'string' },
  },
});
if (values.native === undefined)
  throw new Error('--native PROGRAM: npm run rules:oracle builds and passes it');

let isCurrent = true;
for (const group of groups().filter(name =>
  values.groups.split(',').some(prefix => name.startsWith(prefix)),
)) {
  const cases = readCases(group);
  const results = runNative(values.native, cases);
  const path = join(CORPUS, 'expected', `${group}.jsonl`);
  const kept = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const lines = cases.map((given, index) => keptOrNew(given, expectedOf(given, results[index]), kept));
  const text = `${lines.join('\n')}\n`;
  if (kept === text) continue;
  if (values.update) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(`${group}: written, ${cases.length} cases`);
  } else {
    isCurrent = false;
    console.error(
      `${group}: differs from the processors; run npm run rules:oracle -- --update and check the difference`,
    );
  }
}
process.exit(isCurrent ? 0 : 1);

function runNative(program: string, cases: readonly CorpusCase[]): NativeResult[] {
  const pairs = cases.map(({ name, signal, yaml, input }) =>
    JSON.stringify({ name, signal, yaml, input: Buffer.from(input).toString('base64') }),
  );
  const { status, stdout, stderr } = spawnSync(program, {
    input: pairs.join('\n'),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    // Times without a zone are the Collector's local ones.
    env: { ...process.env, TZ: 'UTC' },
  });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as NativeResult);
}

function expectedOf(given: CorpusCase, result: NativeResult): Expected {
  const { name, stage, error = '', outputs = [], logged } = result;
  if (stage === 'configuration') return { name, configuration: oneLine(error) };
  if (stage === 'run') return { name, error: oneLine(error) };
  if (stage === 'panic') return { name, panic: oneLine(error) };
  if (outputs.every(output => output === null)) return { name, dropped: true, logged };
  if (outputs.some(output => output === null)) return { name, unstable: true };
  const trees = outputs.map(output => decodeOtlp(given.signal, Buffer.from(output as string, 'base64')));
  const from = decodeOtlp(given.signal, given.input);
  for (const order of [undefined, 'attributes', 'lists'] as const) {
    const sorted = trees.map(tree => inLooseOrder(tree, order));
    if (new Set(sorted.map(canonicalText)).size > 1) continue;
    return { name, changes: diffTrees(from, trees[0]), order, logged };
  }
  return { name, unstable: true };
}

/**
 * The kept line, if it says the same: texts of errors list names in the order of Go's maps, and a result whose order
 * differs from run to run is kept in one of them, as soon as one run has shown it.
 */
function keptOrNew(given: CorpusCase, expected: Expected, kept: string): string {
  const line = JSON.stringify(expected);
  const start = `{"name":${JSON.stringify(expected.name)}`;
  const known = kept
    .split('\n')
    .find(other => other.startsWith(`${start},`) || other.startsWith(`${start}}`));
  if (known === undefined) return line;
  const before = JSON.parse(known) as Expected;
  for (const status of ['configuration', 'error', 'panic', 'unstable'])
    if (status in before || status in expected) return status in before && status in expected ? known : line;
  if (!('order' in before) || before.logged !== expected.logged) return line;
  const [one, other] = [before, expected].map(each =>
    canonicalText(
      inLooseOrder(expectedTree(given, 'changes' in each ? each.changes : undefined), before.order),
    ),
  );
  return one === other ? known : line;
}

/** One line of an error's text; its end says what was wrong. */
function oneLine(error: string): string {
  const text = error.replaceAll('configuration: ', '').replace(/\s+/g, ' ').trim();
  return text.length > MAX_REASON ? `...${text.slice(-MAX_REASON)}` : text;
}
