/** What needs Go: its regexp as the oracle, and the tests that it has from RE2. Only `npm run test:patterns` runs these. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { compileRegex, type RegexOptions } from '../../../src/rules/regex';
import { Random } from '../../fuzz/random';
import { ENGINES } from './engines';
import { type GuestPattern, PatternGuest } from './patternGuest';
import { randomCase } from './randomCases';

const GO = join(__dirname, 'go');
const PAIRS = Number(process.env.PATTERN_PAIRS ?? 2_000);
const BATCH = 10_000;
const PATTERNS_PER_GUEST = 1_000;

interface Answer {
  readonly Refused: boolean;
  readonly Matches: number[][] | null;
  readonly Replaced: string | null;
}

const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes as string).toString('base64');
const indexes = (pattern: GuestPattern, text: Uint8Array, most = Infinity) =>
  pattern.findAll(text, most).map(groups => groups.flatMap(group => group ?? [-1, -1]));

function programOf(pattern: string, options: RegexOptions): Uint8Array | undefined {
  try {
    return compileRegex(pattern, options).program;
  } catch {
    return undefined;
  }
}

(process.env.PATTERN_GO === '1' ? describe : describe.skip)('Pattern against Go', () => {
  for (let done = 0; done < PAIRS; done += BATCH) {
    it(`finds and replaces like Go in random pairs from ${done} on`, function () {
      this.timeout(600_000);
      const random = new Random(done + 1);
      const cases = Array.from({ length: Math.min(BATCH, PAIRS - done) }, () => ({
        ...randomCase(random),
        longest: random.below(10) === 0,
      }));
      const questions = cases.map(({ pattern, text, template, longest }) => ({
        ...{ Pattern: pattern, Text: base64(text), Template: base64(template), Longest: longest },
      }));
      const input = JSON.stringify(questions);
      const output = execFileSync('go', ['run', '.'], { cwd: GO, input, maxBuffer: 2 ** 30 });
      const answers = JSON.parse(output.toString()) as Answer[];
      let guest = new PatternGuest();
      cases.forEach(({ pattern, text, template, longest }, i) => {
        if (i % PATTERNS_PER_GUEST === 0) guest = new PatternGuest();
        for (const [engine, options] of Object.entries(ENGINES)) {
          const where = `${engine}: ${JSON.stringify(pattern)} over ${Buffer.from(text).toString('hex')}`;
          const program = programOf(pattern, { ...options, longest });
          assert.equal(program === undefined, answers[i].Refused, where);
          if (program === undefined) continue;
          const loaded = guest.load(program);
          assert.deepEqual(indexes(loaded, text), answers[i].Matches ?? [], where);
          const replaced = loaded.replaceAll(text, Buffer.from(template));
          assert.equal(base64(replaced), answers[i].Replaced ?? '', `${where} by ${template}`);
        }
      });
    });
  }

  for (const file of ['re2-search.txt', 're2-exhaustive.txt.bz2']) {
    it(`passes ${file}`, async function () {
      this.timeout(3_600_000);
      const run = spawn('go', ['run', '.', file], { cwd: GO, stdio: ['ignore', 'pipe', 'inherit'] });
      const passed = await passAll(linesOf(run.stdout));
      console.log(`      ${passed} results`);
    });
  }
});

/** Lines that end with a newline and nothing else, as readline's also do. */
async function* linesOf(input: Readable): AsyncIterable<string> {
  let rest = '';
  for await (const chunk of input.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
}

/** One run of a pattern: in each line of results they stand in this order. */
const RUNS: readonly { longest: boolean; whole: boolean }[] = [
  { longest: false, whole: true },
  { longest: false, whole: false },
  { longest: true, whole: true },
  { longest: true, whole: false },
];

/** Reads RE2's log: strings, then patterns, each with a line for each string. */
async function passAll(lines: AsyncIterable<string>): Promise<number> {
  let guest = new PatternGuest();
  let [strings, inStrings, patterns, passed]: [string[], boolean, number, number] = [[], false, 0, 0];
  let [pattern, left, loaded]: [string, string[], GuestPattern[]] = ['', [], []];
  for await (const line of lines) {
    if (/^[#A-Z]/.test(line)) continue;
    if (line === 'strings') [strings, inStrings] = [[], true];
    else if (line === 'regexps') inStrings = false;
    else if (line.startsWith('"') && inStrings) strings.push(unquoted(line));
    else if (line.startsWith('"')) {
      pattern = unquoted(line);
      // What RE2 has and Go has not.
      const supported = !pattern.includes('\\C');
      left = [...strings];
      if (++patterns % PATTERNS_PER_GUEST === 0) guest = new PatternGuest();
      loaded = !supported
        ? []
        : RUNS.map(({ longest, whole }) => {
            const { program } = compileRegex(whole ? `\\A(?:${pattern})\\z` : pattern, { longest });
            return guest.load(program);
          });
    } else {
      const text = left.shift()!;
      // RE2's \B is true inside of characters, where Go never looks.
      if (loaded.length === 0 || (/\\B/.test(pattern) && /[^ -~\n\t\r\f\v]/.test(text))) continue;
      line.split(';').forEach((expected, run) => {
        const [found] = indexes(loaded[run], Buffer.from(text), 1);
        assert.equal(written(found), expected, `${JSON.stringify(pattern)} over ${JSON.stringify(text)}, run ${run}`);
        passed++;
      });
    }
  }
  assert.ok(passed > 0);
  return passed;
}

function written(found: number[] | undefined): string {
  if (found === undefined) return '-';
  const pairs: string[] = [];
  for (let i = 0; i < found.length; i += 2) pairs.push(found[i] < 0 ? '-' : `${found[i]}-${found[i + 1]}`);
  return pairs.join(' ');
}

const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** A string as Go quotes it. */
function unquoted(line: string): string {
  return line.slice(1, -1).replace(/\\(?:x([0-9a-f]{2})|(.))/g, (_, hex: string | undefined, name: string) =>
    hex === undefined ? (ESCAPES[name] ?? name) : String.fromCharCode(parseInt(hex, 16)),
  );
}
