import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { owned } from '../../src/abi';
import type { Pipeline } from '../../src/pipeline';
import { captureDiag } from '../support/diagLines';
import { assemble, guest } from '../support/guests';
import { tracesOf } from '../support/spans';
import { piped } from './piped';

/** A module as far as its first bytes tell. */
const BROKEN = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 99);

/** How often this thread gave a module to the engine while `work` went on. */
async function compiledHere(work: () => Promise<unknown>): Promise<number> {
  const { Module, validate } = WebAssembly;
  let times = 0;
  WebAssembly.Module = new Proxy(Module, {
    construct: (target, args) => (times++, Reflect.construct(target, args) as object),
  });
  WebAssembly.validate = bytes => (times++, validate(bytes));
  try {
    await work();
    return times;
  } finally {
    Object.assign(WebAssembly, { Module, validate });
  }
}

for (const isolation of ['worker', 'process'] as const) {
  describe(`a guest that loads off the main thread: ${isolation}`, () => {
    const lines = captureDiag();
    const open: Pipeline[] = [];
    let folder: string;
    let path: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'otelwasm-'));
      path = join(folder, 'mine.wasm');
    });
    afterEach(async () => {
      await Promise.all(open.splice(0).map(pipeline => pipeline.shutdown()));
      rmSync(folder, { recursive: true });
    });
    const run = (source: Parameters<typeof piped>[0], watch = false): ReturnType<typeof piped> => {
      const made = piped(source, { isolation, watch, startTimeoutMillis: 20_000 });
      open.push(made.pipeline);
      return made;
    };

    it('throws in the constructor only if the file is missing or not a module', () => {
      assert.throws(() => run(join(folder, 'missing.wasm')), { code: 'GUEST_NOT_FOUND' });
      writeFileSync(path, '(module)');
      assert.throws(() => run(path), {
        code: 'GUEST_INVALID',
        message: /mine\.wasm: not a WebAssembly module/,
      });
    });

    it('reports all other errors in ready(), log and state', async () => {
      const wrong: [bytes: Uint8Array, code: string][] = [
        [BROKEN, 'GUEST_INVALID'],
        [await assemble('(module)'), 'ABI_MISMATCH'],
        [await guest('hugeTable'), 'MEMORY_LIMIT'],
      ];
      for (const [bytes, code] of wrong) {
        writeFileSync(path, bytes);
        for (const [source, label] of [
          [path, path],
          [bytes, 'guest'],
        ] as const) {
          lines.length = 0;
          const { pipeline } = run(source);
          assert.equal(pipeline.state, 'starting');
          await assert.rejects(pipeline.ready(), (error: { code: string; message: string }) => {
            assert.equal(error.code, code);
            return error.message.startsWith(`${label}: `);
          });
          assert.equal(pipeline.state, 'failed');
          assert.equal(lines.filter(line => line.includes(code)).length, 1, lines.join('\n'));
        }
      }
    }).timeout(60_000);

    it('is never compiled on this thread, also not after a restart or a changed file', async () => {
      writeFileSync(path, await guest('unchanged'));
      const echoes = await guest('echoesTwice');
      const times = await compiledHere(async () => {
        const { pipeline, sink } = run(path, true);
        await pipeline.ready();
        await pipeline.send(owned(tracesOf('a')));
        assert.deepEqual(sink.names, ['a']);
        writeFileSync(path, echoes);
        await logged(lines, 'the new guest is in use');
        await pipeline.send(owned(tracesOf('b')));
        assert.deepEqual(sink.names, ['a', 'b', 'b']);
        await pipeline.shutdown();
      });
      assert.equal(times, 0);
    }).timeout(60_000);

    it('continues when its file changes to one that cannot be loaded', async () => {
      writeFileSync(path, await guest('unchanged'));
      const { pipeline, sink } = run(path, true);
      await pipeline.ready();
      writeFileSync(path, BROKEN);
      await logged(lines, 'the previous guest stays in use');
      await pipeline.send(owned(tracesOf('a')));
      assert.deepEqual([sink.names, pipeline.state], [['a'], 'running']);
    }).timeout(60_000);
  });
}

describe('a guest on threads', () => {
  it('is loaded once: a replacement instance reuses the module', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'otelwasm-'));
    const path = join(folder, 'mine.wasm');
    writeFileSync(path, await guest('obeysSpanNames'));
    const { pipeline, sink } = piped(path, { isolation: 'worker' });
    await pipeline.ready();
    // Nobody reads it again.
    rmSync(folder, { recursive: true });
    await pipeline.send(owned(tracesOf('a', 'b TRAP', 'c')));
    await pipeline.shutdown();
    assert.deepEqual(sink.names, ['a', 'c']);
    assert.ok(pipeline.stats.restarts > 0);
  });
});

/** Waits for a line, for as long as a busy machine may take. */
async function logged(lines: readonly string[], text: string): Promise<void> {
  for (const end = Date.now() + 30_000; !lines.some(line => line.includes(text)); await setTimeout(50))
    if (Date.now() > end) throw new Error(`not logged: ${text}; but ${lines.join('\n')}`);
}
