import assert from 'node:assert/strict';
import { type ChildProcess, execFile } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findGuest, type InstanceOptions } from '../../src/guest';
import type { RunningInstance } from '../../src/runner';
import { processStarter } from '../../src/runner/process';
import { built } from '../support/built';
import { guest } from '../support/guests';
import { instanceOptions } from './support';

/**
 * Programs in the place of the one that runs a guest: what the host sees when an attacker controls the child. Each has
 * `post(header, bytes)`, `asked()`, which waits for a message of the host, and `flood(say)`, which never ends.
 */
const PRELUDE = `
  const { closeSync, readSync, writeSync } = require('node:fs');
  const chunk = Buffer.alloc(1 << 20);
  const asked = () => readSync(3, chunk);
  const frame = (header, bytes = Buffer.alloc(0)) => {
    const text = Buffer.from(JSON.stringify(header));
    const prefix = Buffer.alloc(8);
    prefix.writeUInt32LE(text.length, 0);
    prefix.writeUInt32LE(bytes.length, 4);
    return Buffer.concat([prefix, text, bytes]);
  };
  const write = (fd, bytes) => { for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at); };
  const post = (header, bytes) => write(3, frame(header, bytes));
  const flood = header => { const one = frame(header); const many = Buffer.concat(Array(Math.ceil(100_000 / one.length)).fill(one)); for (;;) write(3, many); };
  const LOG = { kind: 'log', level: 'info', text: 'x' };
  const STARTED = { kind: 'started', memoryBytes: 1 };
  const DONE = { kind: 'consumed', memoryBytes: 1, outcome: { status: 'unchanged' } };
  asked();
`;
const STARTS = "post({ kind: 'starting' });";
const SERVES = 'post(STARTED); asked();';

describe('a guest process that an attacker controls', () => {
  const open: RunningInstance[] = [];
  /** The process that was started last. */
  let child: ChildProcess;
  afterEach(() => open.splice(0).forEach(instance => instance.discard()));
  const run = async (
    program: string,
    options: Partial<InstanceOptions> = {},
    starts = STARTS,
  ): Promise<RunningInstance> => {
    const file = findGuest(await guest('echoes'));
    const meet = (message: unknown): void => {
      child = (message as { process: ChildProcess }).process;
    };
    subscribe('child_process', meet);
    const instance = processStarter(file, undefined, PRELUDE + starts + program)(instanceOptions(options));
    unsubscribe('child_process', meet);
    open.push(instance);
    return instance;
  };
  const codeOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      answer => (answer as { error?: { code: string } }).error?.code,
      (error: { code: string }) => error.code,
    );
  const consume = async (instance: RunningInstance): Promise<unknown> =>
    codeOf(Promise.resolve(instance.consume(Uint8Array.of(1))));
  /** Counts the chunks that are read from the child, and those of the turn of the event loop that had most of them. */
  const watchChunks = (): { all: number; inOneTurn: number } => {
    const chunks = { all: 0, inOneTurn: 0 };
    let turn = 0;
    child.stdio[3]?.on('data', () => {
      if (turn === 0) setImmediate(() => (turn = 0));
      chunks.all++;
      chunks.inOneTurn = Math.max(chunks.inOneTurn, ++turn);
    });
    return chunks;
  };

  it('extends its deadline only once, however often it reports a start', async () => {
    const instance = await run(`for (;;) post({ kind: 'starting' });`, { startTimeoutMillis: 500 });
    assert.equal(await codeOf(instance.started), 'START_FAILED');
  });

  it('does not extend the deadline of a call by reporting a start', async () => {
    const instance = await run(
      `${SERVES} for (;;) post({ kind: 'starting' });`,
      {
        startTimeoutMillis: 600_000,
        guestTimeoutMillis: 500,
      },
      '',
    );
    await instance.started;
    assert.equal(await consume(instance), 'GUEST_TIMEOUT');
  });

  it('is killed when it closes its pipe and does not exit', async () => {
    const instance = await run(`${SERVES} closeSync(3); for (;;) {}`, { guestTimeoutMillis: 600_000 });
    await instance.started;
    assert.equal(await consume(instance), 'WORKER_CRASHED');
  });

  it('is killed when it sends an unexpected message', async () => {
    const instance = await run(
      `${SERVES} post(DONE); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50); flood(DONE);`,
    );
    await instance.started;
    assert.equal(await consume(instance), undefined);
    await setTimeout(500);
    assert.equal(await consume(instance), 'WORKER_CRASHED');
  });

  // Lines are read chunk by chunk: the one of this turn, and one that was on its way. libuv reads 32 at once at most.
  for (const [what, header, most] of [
    ['lines of the log', 'LOG', 2],
    ['lines of output', `{ kind: 'output', stream: 'stdout' }`, 2],
    ['long lines of the log', `{ ...LOG, text: 'x'.repeat(65_000) }`, 2],
    ['other messages', `{ kind: 'starting' }`, 32],
  ] as const) {
    it(`cannot block the event loop or outlive its time limit with ${what}`, async () => {
      let lines = 0;
      const instance = await run(`${SERVES} flood(${header});`, {
        guestTimeoutMillis: 500,
        output: { stdout: () => lines++ },
        log: () => lines++,
      });
      await instance.started;
      const chunks = watchChunks();
      assert.equal(await consume(instance), 'GUEST_TIMEOUT');
      assert.equal(lines > 0, what !== 'other messages');
      assert.ok(chunks.all > 2 && chunks.inOneTurn <= most, JSON.stringify(chunks));
    });
  }

  it('is killed for a log line that is not printable', async () => {
    const instance = await run(`${SERVES} post({ ...LOG, text: '\\x7f'.repeat(60_000) });`);
    await instance.started;
    assert.equal(await consume(instance), 'WORKER_CRASHED');
  });

  it('is read from stderr only up to a limit', async () => {
    const instance = await run(
      `const text = Buffer.alloc(1 << 16, 'x'); let written = 0;
       try { for (; written < 1 << 24;) written += writeSync(2, text); } catch {}
       post(STARTED); for (;;) { asked(); post({ ...DONE, memoryBytes: written }); }`,
      { startTimeoutMillis: 5_000 },
    );
    await instance.started;
    assert.equal(await consume(instance), undefined);
    assert.ok(instance.memoryBytes < 2 ** 21, `${instance.memoryBytes} bytes were read`);
  });

  it('leaves the buffers of its results to the next child, also of an incomplete result', async () => {
    const file = findGuest(await guest('echoes'));
    const start = processStarter(
      file,
      undefined,
      `${PRELUDE} post(STARTED);
       const result = frame({ ...DONE, outcome: { status: 'changed' } }, Buffer.alloc(1 << 20));
       for (;;) {
         const size = asked();
         const [how] = chunk.subarray(size - 1);
         write(3, how === 1 ? result.subarray(0, 1 << 19) : result);
         if (how === 2) write(3, result);
       }`,
    );
    const buffers: unknown[] = [];
    for (const how of [0, 0, 1, 0, 2, 0]) {
      const instance = start(instanceOptions({ guestTimeoutMillis: 2_000 }));
      open.push(instance);
      await instance.started;
      const outcome = await instance.consume(Uint8Array.of(how));
      if (outcome.status === 'changed') {
        buffers.push(outcome.bytes.buffer);
        outcome.release();
      }
      instance.discard();
    }
    assert.equal(buffers.length, 5);
    assert.equal(buffers[1], buffers[0]);
    // A second one where a child before still has the first: it ends late, or its next result has begun.
    assert.ok(new Set(buffers).size <= 2, `${new Set(buffers).size} buffers`);
  });

  it('is killed when it answers before reading, and the buffer of the batch is reused', async () => {
    const instance = await run(
      `post(STARTED); for (;;) { readSync(3, chunk, 0, 16); post(DONE); asked(); post(DONE); }`,
    );
    await instance.started;
    assert.equal((await instance.consume(new Uint8Array(2 ** 24))).status, 'unchanged');
    assert.equal(await consume(instance), 'WORKER_CRASHED');
  });

  it('leaves no pieces of a large result to the garbage collector', async () => {
    const instance = await run(
      `${SERVES} post({ ...DONE, outcome: { status: 'changed' } }, Buffer.alloc(1 << 26)); asked();`,
      { guestTimeoutMillis: 20_000 },
    );
    await instance.started;
    const { arrayBuffers } = process.memoryUsage();
    let peak = 0;
    const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().arrayBuffers)), 1);
    const outcome = await instance.consume(Uint8Array.of(1));
    clearInterval(timer);
    assert.ok(outcome.status === 'changed' && outcome.bytes.length === 2 ** 26);
    const pieces = Math.max(peak, process.memoryUsage().arrayBuffers) - arrayBuffers - 2 ** 26;
    assert.ok(pieces < 2 ** 22, `${pieces} bytes`);
  });

  it('gets a large batch without a copy, which would block the event loop', async () => {
    const instance = await run(`${SERVES} for (;;) {}`, { guestTimeoutMillis: 200 });
    await instance.started;
    const batch = new Uint8Array(2 ** 26).subarray(1);
    const { arrayBuffers } = process.memoryUsage();
    const call = instance.consume(batch);
    assert.ok(process.memoryUsage().arrayBuffers - arrayBuffers < 2 ** 20);
    const outcome = await call;
    assert.ok('error' in outcome && outcome.error.code === 'GUEST_TIMEOUT');
  });

  it('cannot start a process', async () => {
    const instance = await run(
      `post(STARTED); asked();
       try { require('node:child_process').spawnSync(process.execPath, ['-v']); } catch { post(DONE); }`,
    );
    await instance.started;
    assert.equal(await consume(instance), undefined);
  });

  it('is killed at its time limit while suspended or halfway through an answer', async () => {
    for (const does of [
      `process.kill(process.pid, 'SIGSTOP')`,
      `write(3, frame({ ...DONE, outcome: { status: 'changed' } }, Buffer.alloc(1 << 24)).subarray(0, 1 << 23))`,
    ]) {
      const instance = await run(`${SERVES} ${does}; for (;;) {}`, { guestTimeoutMillis: 500 });
      await instance.started;
      assert.equal(await consume(instance), 'GUEST_TIMEOUT');
    }
  });

  it('is killed for a header larger than any valid one', async () => {
    const instance = await run(`${SERVES} post({ ...DONE, more: 'x'.repeat(1 << 19) });`);
    await instance.started;
    assert.equal(await consume(instance), 'WORKER_CRASHED');
  });
});

describe('an app without free file descriptors', () => {
  before(function () {
    this.timeout(600_000);
    built();
  });

  it('reports that a guest cannot start, and starts it once it can', async function () {
    if (process.platform !== 'linux') this.skip();
    const APP = `
      const { openSync, closeSync } = require('node:fs');
      const { WasmSpanProcessor } = require(process.argv[1]);
      const exporter = { export: (_, done) => done({ code: 0 }), shutdown: async () => {} };
      const open = [];
      const leave = count => { for (; open.length > 0 && count > 0; count--) closeSync(open.pop()); };
      const adapter = () => new WasmSpanProcessor(process.argv[2], { isolation: 'process', exporter });
      adapter().ready().then(async () => {
        try { for (;;) open.push(openSync('/dev/null')); } catch {}
        for (let free = 0; free < 12; free += 2, leave(2)) {
          try { await adapter().ready(); console.log('ready'); } catch (error) { console.log(error.code); }
        }
        process.exit(0);
      });
    `;
    const path = join(mkdtempSync(join(tmpdir(), 'otelwasm-')), 'echoes.wasm');
    writeFileSync(path, await guest('echoes'));
    const main = join(__dirname, '../../build/src/index.js');
    const command = ['-c', 'ulimit -n 64; exec "$@"', 'sh', process.execPath, '-e', APP, main, path];
    const { stdout, stderr } = await promisify(execFile)('sh', command);
    const said = stdout.trim().split('\n');
    assert.equal(said.length, 6, stderr);
    assert.ok(said.includes('START_FAILED'), stdout);
    for (const word of said) assert.match(word, /START_FAILED|WORKER_CRASHED|GUEST_NOT_FOUND|ready/);
  }).timeout(120_000);
});
