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

/** What `process` promises. Beside results, the app's memory grows by what it needs to handle them. */
const MOST = { lateMillis: 50, besideMebibytes: 16, exitMillis: 1_000 };
/** An attack that is not over by then has won. */
const PATIENCE_MILLIS = 30_000;
/** And one that takes as much: other processes of the machine need some. */
const MOST_BYTES = 4 * 2 ** 30;
const onLinux = process.platform === 'linux';

interface Told {
  readonly outcome: string;
  readonly lateMillis: number;
  readonly peakMebibytes: number;
}

interface Result extends Partial<Told> {
  /** What ended the app, if not itself. */
  readonly end?: string;
  readonly exitMillis: number;
  readonly orphans: number;
}

/** As Linux tells it. */
function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4_096;
  } catch {
    return 0;
  }
}

/** The children of a process, as Linux tells it. */
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

/** `args`: those of the app. `killAfterMillis`: SIGKILL for the app itself, so long after it is up. */
async function attack(args: readonly string[], killAfterMillis?: number): Promise<Result> {
  const app: ChildProcess = spawn(
    process.execPath,
    ['--require', join(__dirname, '../../../scripts/typescript.cjs'), join(__dirname, 'app.ts'), ...args],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const seen = new Set<number>();
  let [told, ending, killed]: [Told | undefined, number | undefined, string | undefined] = [
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
  const patience = setTimeout(() => kill('did not end'), PATIENCE_MILLIS);
  const looking = setInterval(() => {
    for (const child of childrenOf(app.pid!)) seen.add(child);
    if (residentBytes(app.pid!) > MOST_BYTES) kill('took all memory');
  }, 20);
  createInterface({ input: app.stdout! }).on('line', line => {
    const message = JSON.parse(line) as Partial<Told> & { up?: true; ending?: true };
    if (message.up && killAfterMillis !== undefined) setTimeout(() => kill('SIGKILL'), killAfterMillis);
    if (message.outcome !== undefined) told = message as Told;
    if (message.ending) ending = performance.now();
  });
  const signal = await new Promise<string | null>(resolve => app.on('exit', (_, by) => resolve(by)));
  const exitMillis = ending === undefined ? 0 : performance.now() - ending;
  clearTimeout(patience);
  clearInterval(looking);
  // A child sees that the app is gone as soon as it is scheduled.
  for (let wait = 0; wait < 100 && [...seen].some(isAlive); wait++) await delay(20);
  const orphans = [...seen].filter(isAlive).length;
  const end = killed ?? (told === undefined ? `ended by ${signal}` : undefined);
  return { ...(told as Told | undefined), end, exitMillis, orphans };
}

function brokenPromises(
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

/** Where a guest can be what the app uses it as. */
function isolationsOf({ role }: AppSetup): readonly string[] {
  if (role === 'receiver') return ISOLATIONS.filter(one => one === 'worker');
  const isDirect = role === 'sampler' || role === 'mutator' || role === 'metrics';
  return isDirect ? ISOLATIONS.filter(one => one === 'inline') : ISOLATIONS;
}

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'otelwasm-'));
  let broken = 0;
  console.log(
    '| guest | isolation | outcome | event loop late, ms | memory grows, MiB | exit, ms | children left | |',
  );
  console.log('|---|---|---|---|---|---|---|---|');
  const row = (what: string, isolation: string, result: Result, app: AppSetup): void => {
    const isPromised = isolation === 'process' || (app.role !== undefined && app.role !== 'reload');
    const promises = isPromised ? brokenPromises(result, app) : [];
    broken += promises.length;
    const { outcome, end, lateMillis, peakMebibytes, exitMillis, orphans } = result;
    const cells = [
      outcome ?? end,
      lateMillis?.toFixed(0),
      peakMebibytes?.toFixed(0),
      exitMillis.toFixed(0),
      orphans,
    ];
    console.log(
      `| ${[what, isolation, ...cells.map(cell => cell ?? ''), promises.length > 0 ? `BROKEN: ${promises.join()}` : ''].join(' | ')} |`,
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
  console.log(broken === 0 ? 'process held what it promises' : `process broke ${broken} promises`);
  return broken === 0 ? 0 : 1;
}

void main().then(code => (process.exitCode = code));
