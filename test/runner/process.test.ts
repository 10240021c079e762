import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { findGuest, type InstanceOptions } from '../../src/guest';
import { createRunner, processStarter, type Runner } from '../../src/runner';
import { FrameMemory } from '../../src/runner/process/frameMemory';
import { encodeFrame, FrameReader } from '../../src/runner/process/frames';
import { readMessage, toFrame } from '../../src/runner/process/readMessage';
import { processSource } from '../../src/runner/process/source';
import { piped, balance } from '../pipeline/piped';
import { Random } from '../fuzz/random';
import { built } from '../support/built';
import { assemble, guest, guestWith } from '../support/guests';
import { names, tracesOf } from '../support/spans';
import { owned } from '../../src/abi';
import { instanceOptions } from './support';

const onLinux = process.platform === 'linux';

describe('a guest in a process of its own', () => {
  const open: Runner[] = [];
  afterEach(() => Promise.all(open.splice(0).map(runner => runner.shutdown())));
  const run = (source: Parameters<typeof findGuest>[0], options: Partial<InstanceOptions> = {}): Runner => {
    const start = processStarter(findGuest(source));
    const all = instanceOptions({ startTimeoutMillis: 10_000, ...options });
    const runner = createRunner(() => start(all));
    open.push(runner);
    return runner;
  };

  it('is found at construction, and refused in ready() for what is wrong with the module', async () => {
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

  it('takes a batch again in a new process when its own is killed', async () => {
    const runner = run(await guest('echoes'));
    await runner.ready();
    for (const child of children()) process.kill(child, 'SIGKILL');
    await setTimeout(0);
    const lost = await runner.consume(Uint8Array.of(1));
    assert.equal('error' in lost && lost.error.code, 'WORKER_CRASHED');
    assert.equal((await runner.consume(Uint8Array.of(1), true)).status, 'changed');
  });

  it('gives a line of output as large as a batch to who asked for it', async () => {
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
    'sees nothing of the app: environment, arguments, files (Linux shows it)',
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

  it('loses nothing uncounted when its processes are killed at random, and the guest fails at random', async () => {
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
      it(`also while the guest loops: ${how}`, async function () {
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

describe('what a child says', () => {
  it('comes through a pipe in whatever pieces', () => {
    const frame = fc.record({
      header: fc.dictionary(fc.string(), fc.jsonValue()),
      bytes: fc.uint8Array({ maxLength: 300 }),
    });
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 8 }),
        fc.array(fc.nat(40), { minLength: 1 }),
        (frames, sizes) => {
          const all = Buffer.concat(frames.map(({ header, bytes }) => encodeFrame(header, bytes)));
          const reader = new FrameReader(1e6, 1e6);
          const read = [];
          for (let at = 0, turn = 0; at < all.length; turn++) {
            const size = sizes[turn % sizes.length] + 1;
            read.push(...reader.push(all.subarray(at, at + size)));
            at += size;
          }
          const plain = frames.map(({ header, bytes }) => ({
            header: JSON.parse(JSON.stringify(header)),
            bytes,
          }));
          assert.deepEqual(
            JSON.parse(JSON.stringify(read.map(({ header }) => header))),
            plain.map(({ header }) => header),
          );
          assert.deepEqual(
            read.map(({ bytes }) => [...bytes]),
            plain.map(({ bytes }) => [...bytes]),
          );
        },
      ),
    );
  });

  it('is refused when it is too large, before it has come', () => {
    const prefix = Buffer.alloc(8);
    prefix.writeUInt32LE(2, 0);
    prefix.writeUInt32LE(1_001, 4);
    assert.throws(() => new FrameReader(10, 1_000).push(prefix), { code: 'GUEST_OUTPUT' });
    prefix.writeUInt32LE(11, 0);
    prefix.writeUInt32LE(0, 4);
    assert.throws(() => new FrameReader(10, 1_000).push(prefix), { code: 'GUEST_OUTPUT' });
  });

  it('is a message of the contract or is refused, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), header => {
        try {
          const message = readMessage({ header, ...owned(new Uint8Array(0)) });
          assert.ok(message.kind.length > 0);
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'GUEST_OUTPUT');
        }
      }),
    );
    const forged = [
      { kind: 'emitted', memoryBytes: 1 },
      { kind: 'started', memoryBytes: -1 },
      { kind: 'started', memoryBytes: 1.5 },
      { kind: 'consumed', memoryBytes: 1, outcome: { status: 'changed', bytes: 'x', error: 1 } },
      {
        kind: 'consumed',
        memoryBytes: 1,
        outcome: { status: 'failed', error: { code: 'QUEUE_FULL', message: '' } },
      },
      { kind: 'log', level: 'fatal', text: '' },
      { kind: 'log', level: 'info', text: {} },
      { kind: 'output', stream: 'stdin', line: '' },
      { kind: '__proto__' },
    ];
    for (const header of forged) {
      const bytes = owned(Uint8Array.of(1));
      let message: unknown;
      try {
        message = readMessage({ header, ...bytes });
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'GUEST_OUTPUT');
        continue;
      }
      // Of an outcome only the fields of its kind are taken.
      assert.deepEqual(message, {
        kind: 'consumed',
        memoryBytes: 1,
        outcome: { status: 'changed', ...bytes },
      });
    }
  });

  it('may be each error that an instance can have', () => {
    // The program of a process, without what it never reaches.
    const raised = new Set(
      [...processSource().matchAll(/new OtelWasmError\(\s*"(\w+)"/g)].map(([, code]) => code),
    );
    assert.ok(raised.size > 10);
    // The app checks the options and opens the guest before the process starts, and measures its time.
    for (const code of ['INVALID_OPTION', 'GUEST_NOT_FOUND', 'GUEST_TIMEOUT']) raised.delete(code);
    for (const code of raised) {
      const message = { kind: 'not_started', error: { code, message: 'x' } };
      assert.deepEqual(readMessage({ header: message, ...owned(new Uint8Array(0)) }), message);
    }
  });

  it('is what was said', () => {
    const error = { code: 'GUEST_TRAP', message: 'x' } as const;
    for (const message of [
      { kind: 'starting' },
      { kind: 'started', memoryBytes: 5 },
      { kind: 'not_started', error },
      { kind: 'consumed', memoryBytes: 5, outcome: { status: 'unchanged' } },
      { kind: 'consumed', memoryBytes: 5, outcome: { status: 'changed', bytes: Uint8Array.of(1, 2) } },
      { kind: 'consumed', memoryBytes: 5, outcome: { status: 'failed', error } },
      { kind: 'log', level: 'info', text: 'x' },
      { kind: 'output', stream: 'stderr', line: 'x' },
    ] as const) {
      const { header, bytes } = toFrame(message);
      const [frame] = new FrameReader(1e6, 1e6).push(encodeFrame(header, bytes));
      // Who takes a result releases it.
      const expected =
        message.kind === 'consumed' && message.outcome.status === 'changed'
          ? { ...message, outcome: { ...message.outcome, release: frame.release } }
          : message;
      assert.deepEqual(readMessage(frame), expected);
    }
  });

  it('uses memory that was released again, and once', () => {
    const reader = new FrameReader(1_000, 1_000);
    const next = (size: number, fill: number) =>
      reader.push(encodeFrame({ kind: 'consumed' }, new Uint8Array(size).fill(fill)))[0];
    const first = next(800, 1);
    const second = next(800, 2);
    assert.notEqual(first.bytes.buffer, second.bytes.buffer);
    first.release();
    const third = next(500, 3);
    assert.equal(third.bytes.buffer, first.bytes.buffer);
    assert.deepEqual([third.bytes.length, third.bytes[0], second.bytes[0]], [500, 3, 2]);
    // It belongs to the third frame now.
    first.release();
    assert.notEqual(next(500, 4).bytes.buffer, third.bytes.buffer);
    // What is much larger than needed goes to the garbage collector.
    third.release();
    assert.notEqual(next(50, 5).bytes.buffer, third.bytes.buffer);
  });

  it('keeps the memory of the two largest that were released', () => {
    const memory = new FrameMemory();
    const [small, large, medium] = [600, 1_000, 800].map(size => memory.take(size));
    for (const { release } of [large, small, medium]) release();
    const again = [600, 600, 600].map(size => memory.take(size).bytes.buffer);
    assert.deepEqual(
      again.map(buffer => [small, large, medium].findIndex(({ bytes }) => bytes.buffer === buffer)),
      [2, 1, -1],
    );
  });

  it('leaves its memory to the next reader when it stays unfinished', () => {
    const memory = new FrameMemory();
    const { bytes, release } = memory.take(800);
    release();
    const frame = encodeFrame({ kind: 'consumed' }, new Uint8Array(800).fill(1));
    for (let restart = 0; restart < 3; restart++) {
      const reader = new FrameReader(1_000, 1_000, memory);
      reader.push(frame.subarray(0, 500));
      assert.notEqual(memory.take(800).bytes.buffer, bytes.buffer);
      reader.close();
    }
    const reader = new FrameReader(1_000, 1_000, memory);
    const [whole] = reader.push(frame);
    assert.equal(whole.bytes.buffer, bytes.buffer);
    // It belongs to who has the frame.
    reader.close();
    assert.notEqual(memory.take(800).bytes.buffer, bytes.buffer);
  });

  it('leaves its memory when it is no message', () => {
    const memory = new FrameMemory();
    const read = (header: object): ArrayBufferLike => {
      const [frame] = new FrameReader(1_000, 1_000, memory).push(encodeFrame(header, new Uint8Array(800)));
      try {
        readMessage(frame);
      } catch {
        // It is released all the same.
      }
      return frame.bytes.buffer;
    };
    const first = read({ kind: 'none' });
    assert.equal(read({ kind: 'starting' }), first);
    assert.equal(read({ kind: 'consumed', outcome: { status: 'changed' } }), first);
    assert.equal(read({ kind: 'output', stream: 'stdout' }), first);
  });

  it('refuses a line of output longer than any that is granted, which would be a text as well', () => {
    const line = (size: number) =>
      readMessage({ header: { kind: 'output', stream: 'stdout' }, ...owned(new Uint8Array(size)) });
    assert.equal(line(2 ** 24).kind, 'output');
    assert.throws(() => line(2 ** 24 + 1_000), { code: 'GUEST_OUTPUT' });
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
