import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { findGuest, type InstanceOptions } from '../../src/guest';
import { createRunner, processStarter, type Runner } from '../../src/runner';
import { piped, balance } from '../pipeline/piped';
import { Random } from '../fuzz/random';
import { built } from '../support/built';
import { assemble, guest, guestWith } from '../support/guests';
import { names, tracesOf } from '../support/spans';
import { owned } from '../../src/abi';
import { instanceOptions } from './support';

const onLinux = process.platform === 'linux';

describe('a guest in a child process', () => {
  const open: Runner[] = [];
  afterEach(() => Promise.all(open.splice(0).map(runner => runner.shutdown())));
  const run = (source: Parameters<typeof findGuest>[0], options: Partial<InstanceOptions> = {}): Runner => {
    const start = processStarter(findGuest(source));
    const all = instanceOptions({ startTimeoutMillis: 10_000, ...options });
    const runner = createRunner(() => start(all));
    open.push(runner);
    return runner;
  };

  it('is located in the constructor; ready() rejects for an invalid module', async () => {
    assert.throws(() => findGuest('no/such.wasm'), { code: 'GUEST_NOT_FOUND' });
    assert.throws(() => findGuest(new TextEncoder().encode('<html>')), { code: 'GUEST_INVALID' });
    await assert.rejects(run(await assemble('(module)')).ready(), { code: 'ABI_MISMATCH' });
    await assert.rejects(run(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 99)).ready(), {
      code: 'GUEST_INVALID',
    });
    await assert.rejects(run(await guest('needsMuchMemory'), { maxMemoryBytes: 65_536 }).ready(), {
      code: 'MEMORY_LIMIT',
    });
  });

  it('retries a batch in a new process when the first is killed', async () => {
    const runner = run(await guest('echoes'));
    await runner.ready();
    for (const child of children()) process.kill(child, 'SIGKILL');
    await setTimeout(0);
    const lost = await runner.consume(Uint8Array.of(1));
    assert.equal('error' in lost && lost.error.code, 'WORKER_CRASHED');
    assert.equal((await runner.consume(Uint8Array.of(1), true)).status, 'changed');
  });

  it('passes a line of output as large as a batch to its reader', async () => {
    const SIZE = 3 * 2 ** 20;
    const lines: string[] = [];
    const runner = run(
      await guestWith({
        imports: `(import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))`,
        memory: '(memory (export "memory") 64)',
        consume: `(func (export "consume_traces") (param i32 i32) (result i32)
          (memory.fill (i32.const 1024) (i32.const 34) (i32.const ${SIZE}))
          (i32.store (i32.const 0) (i32.const 1024)) (i32.store (i32.const 4) (i32.const ${SIZE}))
          (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))) (i32.const 0))`,
      }),
      { output: { stdout: line => lines.push(line) }, guestTimeoutMillis: 10_000 },
    );
    assert.deepEqual(await runner.consume(Uint8Array.of(1)), { status: 'unchanged' });
    assert.deepEqual(
      lines.map(line => line === '"'.repeat(SIZE)),
      [true],
    );
  });

  (onLinux ? it : it.skip)(
    'cannot see the environment, arguments and files of the app (checked on Linux)',
    async () => {
      process.env.OTELWASM_TEST_SECRET = 'secret';
      try {
        const runner = run(await guest('unchanged'));
        await runner.ready();
        const [pid] = children();
        assert.equal(readFileSync(`/proc/${pid}/environ`, 'utf8'), '');
        const [, ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        assert.ok(
          args.some(arg => /^--(experimental-)?permission$/.test(arg)),
          args.join(' '),
        );
        assert.equal(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim(), '1000');
        const links = readdirSync(`/proc/${pid}/fd`).length;
        assert.ok(links < 40, `${links} open files`);
      } finally {
        delete process.env.OTELWASM_TEST_SECRET;
      }
    },
  );

  it('counts every lost item when its processes are killed and the guest fails at random', async () => {
    const { pipeline, sink } = piped(await guest('obeysSpanNames'), {
      isolation: 'process',
      guestTimeoutMillis: 2_000,
      restart: { initialDelayMillis: 5, maxDelayMillis: 10 },
    });
    await pipeline.ready();
    const random = new Random(7);
    const faults = ['TRAP', 'EXIT', 'REFU', 'GARB', 'GROW', 'NONE', 'TWIN'];
    const named = (): string[] => {
      const all = names(20);
      // A fault costs processes, of 0.1 s each.
      if (random.below(16) === 0) all[random.below(20)] += ` ${faults[random.below(faults.length)]}`;
      return all;
    };
    let seed = 42;
    const killing = setInterval(() => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      const all = children();
      if (all.length > 0) process.kill(all[seed % all.length], 'SIGKILL');
    }, 150);
    const batches = process.env.FULL_TESTS ? 1_000 : 40;
    const kinds = (): number => Object.keys(pipeline.stats.errors).length;
    // On a busy machine few are killed in time.
    for (let batch = 0; batch < batches || kinds() < 2; batch++)
      await pipeline.send(owned(tracesOf(...named())));
    clearInterval(killing);
    // Finds out if a process was killed just now. Without that, its guest's `shutdown()` would fail.
    await pipeline.send(owned(tracesOf('last')));
    const { before, after } = balance(pipeline.stats);
    assert.equal(after, before);
    assert.equal(sink.names.length, pipeline.stats.itemsOut);
    await pipeline.shutdown();
    // The last was killed just now: the system takes a moment, and a process that stays runs into the time limit.
    while (children().length > 0) await setTimeout(20);
  }).timeout(600_000);

  describe('ends with the app', () => {
    const APP = `
      const { WasmSpanProcessor } = require(process.argv[1]);
      const processor = new WasmSpanProcessor(process.argv[2], {
        isolation: 'process', guestTimeoutMillis: 600_000, startTimeoutMillis: 600_000,
        exporter: { export: (_, done) => done({ code: 0 }), shutdown: async () => {} },
      });
      processor.ready().catch(() => {});
      setTimeout(() => {}, 60_000);
      process.on('SIGUSR2', () => process.exit(0));
      console.log('up');
    `;

    before(function () {
      this.timeout(120_000);
      built();
    });

    for (const [how, end] of [
      ['SIGKILL', (app: ChildProcess) => app.kill('SIGKILL')],
      ['process.exit()', (app: ChildProcess) => app.kill('SIGUSR2')],
    ] as const) {
      it(`while the guest loops: ${how}`, async function () {
        if (!onLinux) this.skip();
        const path = join(mkdtempSync(join(tmpdir(), 'otelwasm-')), 'loops.wasm');
        writeFileSync(path, await guest('loopsInStart'));
        const main = join(__dirname, '../../build/src/index.js');
        const app = spawn(process.execPath, ['-e', APP, main, path], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        await new Promise(resolve => app.stdout.once('data', resolve));
        let orphans = children(app.pid);
        for (; orphans.length === 0; orphans = children(app.pid)) await setTimeout(20);
        // Long enough for the child to be in the guest, or on its way there: it must end in either case.
        await setTimeout(300);
        const gone = new Promise(resolve => app.once('exit', resolve));
        end(app);
        await gone;
        while (orphans.some(isAlive)) await setTimeout(20);
      }).timeout(20_000);
    }
  });
});

/** The guests' processes that a process has started, as Linux tells it. */
function children(parent = process.pid): number[] {
  const found: number[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const [, after] = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ');
      const [state, ppid] = after.split(' ');
      const isGuest = readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(
        '--disallow-code-generation-from-strings',
      );
      if (Number(ppid) === parent && state !== 'Z' && isGuest) found.push(Number(name));
    } catch {
      // It is gone.
    }
  }
  return found;
}

function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
