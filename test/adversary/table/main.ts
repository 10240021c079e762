/**
 * Attacks an app with guests that are made for it, under the three isolations, and prints a table: what became of each, how
 * late the app's event loop was at worst, how much its memory grew, and how long it took to end. Fails if `process`, or a
 * role that has only one isolation, does not hold what SECURITY.md promises.
 *
 *   npm run attack [-- PART-OF-A-NAME] [-- --only process]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { AppSetup } from './attackCase';
import { ATTACKS } from './allAttacks';

const { values, positionals } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true });
const [part = ''] = positionals;
const ISOLATIONS = ['inline', 'worker', 'process'].filter(
  one => values.only === undefined || values.only === one,
);

/** The guarantees of `process`. In addition to results, the app's memory may grow by `besideMebibytes`. */
const MOST = { lateMillis: 50, besideMebibytes: 16, exitMillis: 1_000 };
/** Time limit of an attack; one that takes longer has succeeded. */
const TIMEOUT_MILLIS = 30_000;
/** Memory limit of an attack, which leaves some for other processes. */
const MOST_BYTES = 4 * 2 ** 30;
const onLinux = process.platform === 'linux';

interface Report {
  readonly outcome: string;
  readonly lateMillis: number;
  readonly peakMebibytes: number;
}

interface Result extends Partial<Report> {
  /** What ended the app; undefined if it exited by itself. */
  readonly end?: string;
  readonly exitMillis: number;
  readonly orphans: number;
}

/** Read from /proc on Linux; 0 elsewhere. */
function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4_096;
  } catch {
    return 0;
  }
}

/** The children of a process, read from /proc on Linux; none elsewhere. */
function childrenOf(parent: number): number[] {
  if (!onLinux) return [];
  return readdirSync('/proc')
    .filter(entry => /^\d+$/.test(entry))
    .map(Number)
    .filter(pid => {
      try {
        return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[1]) === parent;
      } catch {
        return false;
      }
    });
}

function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

/** `args` are those of the app. `killAfterMillis` is the time from its start to SIGKILL. */
async function attack(args: readonly string[], killAfterMillis?: number): Promise<Result> {
  const app: ChildProcess = spawn(
    process.execPath,
    ['--require', join(__dirname, '../../../scripts/typescript.cjs'), join(__dirname, 'app.ts'), ...args],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const seen = new Set<number>();
  let [report, ending, killed]: [Report | undefined, number | undefined, string | undefined] = [
    undefined,
    undefined,
    undefined,
  ];
  const kill = (why: string): void => {
    killed = why;
    ending = performance.now();
    for (const child of childrenOf(app.pid!)) seen.add(child);
    app.kill('SIGKILL');
  };
  const timeout = setTimeout(() => kill('did not end'), TIMEOUT_MILLIS);
  const watching = setInterval(() => {
    for (const child of childrenOf(app.pid!)) seen.add(child);
    if (residentBytes(app.pid!) > MOST_BYTES) kill('took all memory');
  }, 20);
  createInterface({ input: app.stdout! }).on('line', line => {
    const message = JSON.parse(line) as Partial<Report> & { up?: true; ending?: true };
    if (message.up && killAfterMillis !== undefined) setTimeout(() => kill('SIGKILL'), killAfterMillis);
    if (message.outcome !== undefined) report = message as Report;
    if (message.ending) ending = performance.now();
  });
  const signal = await new Promise<string | null>(resolve => app.on('exit', (_, by) => resolve(by)));
  const exitMillis = ending === undefined ? 0 : performance.now() - ending;
  clearTimeout(timeout);
  clearInterval(watching);
  // A child sees that the app is gone as soon as it is scheduled.
  for (let wait = 0; wait < 100 && [...seen].some(isAlive); wait++) await delay(20);
  const orphans = [...seen].filter(isAlive).length;
  const end = killed ?? (report === undefined ? `ended by ${signal}` : undefined);
  return { ...(report as Report | undefined), end, exitMillis, orphans };
}

function violations(
  { end, lateMillis = 0, peakMebibytes = 0, exitMillis, orphans }: Result,
  { pendingMebibytes = 64, lateMillis: mostLate = MOST.lateMillis }: AppSetup,
): string[] {
  return [
    ...(end === undefined || end === 'SIGKILL' ? [] : [end]),
    ...(lateMillis > mostLate ? ['late'] : []),
    ...(peakMebibytes > pendingMebibytes + MOST.besideMebibytes ? ['memory'] : []),
    ...(exitMillis > MOST.exitMillis ? ['exit'] : []),
    ...(orphans > 0 ? ['orphans'] : []),
  ];
}

/** The isolations that support the role of the guest. */
function isolationsOf({ role }: AppSetup): readonly string[] {
  if (role === 'receiver') return ISOLATIONS.filter(one => one === 'worker');
  const isDirect = role === 'sampler' || role === 'mutator' || role === 'metrics';
  return isDirect ? ISOLATIONS.filter(one => one === 'inline') : ISOLATIONS;
}

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'otelwasm-'));
  let violationCount = 0;
  console.log(
    '| guest | isolation | outcome | event loop late, ms | memory grows, MiB | exit, ms | children left | |',
  );
  console.log('|---|---|---|---|---|---|---|---|');
  const row = (what: string, isolation: string, result: Result, app: AppSetup): void => {
    const isGuaranteed = isolation === 'process' || (app.role !== undefined && app.role !== 'reload');
    const violated = isGuaranteed ? violations(result, app) : [];
    violationCount += violated.length;
    const { outcome, end, lateMillis, peakMebibytes, exitMillis, orphans } = result;
    const cells = [
      outcome ?? end,
      lateMillis?.toFixed(0),
      peakMebibytes?.toFixed(0),
      exitMillis.toFixed(0),
      orphans,
    ];
    console.log(
      `| ${[what, isolation, ...cells.map(cell => cell ?? ''), violated.length > 0 ? `VIOLATED: ${violated.join()}` : ''].join(' | ')} |`,
    );
  };
  for (const { what, make, app = {} } of ATTACKS.filter(attack => attack.what.includes(part))) {
    const path = join(folder, 'guest.wasm');
    writeFileSync(path, await make());
    const setup = JSON.stringify(app);
    for (const isolation of isolationsOf(app))
      row(what, isolation, await attack([isolation, path, setup]), app);
    if (
      isolationsOf(app).includes('process') &&
      /^(compiler|time): .*(loop|code)|ten guests|of zeros$/.test(what)
    )
      row(`${what}; the app is killed`, 'process', await attack(['process', path, setup], 300), app);
  }
  rmSync(folder, { recursive: true });
  console.log(
    violationCount === 0 ? 'process kept its guarantees' : `process violated ${violationCount} guarantees`,
  );
  return violationCount === 0 ? 0 : 1;
}

void main().then(code => (process.exitCode = code));
