import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { captureDiag } from '../support/diagLines';
import { guest } from '../support/guests';
import { tracesOf } from '../support/spans';
import { balance, piped } from './piped';
import { owned } from '../../src/abi';

const MAGIC = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

describe('hot reload', () => {
  const lines = captureDiag();
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'otelwasm-'));
    path = join(folder, 'guest.wasm');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** As build tools and deployments replace a file: whole, under another name first. */
  function replaceGuest(bytes: Uint8Array): void {
    writeFileSync(`${path}.next`, bytes);
    renameSync(`${path}.next`, path);
  }

  async function until(found: () => boolean, meanwhile: () => Promise<unknown>): Promise<void> {
    const deadline = Date.now() + 15_000;
    while (!found()) {
      assert.ok(Date.now() < deadline, `never: ${lines.join('; ')}`);
      await meanwhile();
      await setTimeout(5);
    }
  }

  for (const isolation of ['inline', 'worker', 'process'] as const)
    for (const [what, replace] of [
      ['a named pipe without a writer', next => execFileSync('mkfifo', [next])],
      ['a file of gigabytes', next => (writeFileSync(next, MAGIC), truncateSync(next, 2 ** 33))],
      ['a folder', next => mkdirSync(next)],
      ['a truncated module', async next => writeFileSync(next, (await guest('echoes')).subarray(0, 60))],
    ] as [string, (next: string) => unknown][])
      it(`${isolation}: ${what} instead of the guest's file does not replace the guest`, async function () {
        if (process.platform === 'win32') this.skip();
        writeFileSync(path, await guest('unchanged'));
        const { pipeline, sink } = piped(path, { watch: true, isolation });
        await pipeline.ready();
        rmSync(path);
        await replace(path);
        const send = () => pipeline.send(owned(tracesOf('a span')));
        await until(() => lines.some(line => line.includes('the previous guest stays in use')), send);
        await send();
        const { stats } = pipeline;
        assert.deepEqual([stats.itemsOut, stats.itemsFailed], [sink.names.length, {}]);
        assert.equal(stats.itemsOut, stats.itemsIn);
        await pipeline.shutdown();
      }).timeout(30_000);

  for (const isolation of ['inline', 'worker'] as const) {
    it(`${isolation}: switches to the new guest between batches and loses none`, async () => {
      writeFileSync(path, await guest('unchanged'));
      const { pipeline, sink } = piped(path, { watch: true, isolation });
      await pipeline.ready();
      let sent = 0;
      const send = () => pipeline.send(owned(tracesOf(`span ${sent++}`)));
      await send();
      assert.deepEqual(sink.names, ['span 0']);

      replaceGuest(await guest('dropsEverything'));
      await until(() => pipeline.stats.itemsDropped > 0, send);
      const { stats } = pipeline;
      assert.deepEqual(stats.itemsFailed, {});
      assert.equal(stats.itemsOut + stats.itemsDropped, sent);
      assert.equal(stats.restarts, 0);
      // Each span went through one of the two, and in order: once the new one serves, the old one does not.
      assert.deepEqual(
        sink.names,
        Array.from({ length: stats.itemsOut }, (_, index) => `span ${index}`),
      );

      // What fails later is replaced by the new guest.
      assert.ok(lines.some(line => line.includes('the new guest is in use')));
      await pipeline.shutdown();
    });

    it(`${isolation}: keeps the old guest when the file is not a guest or does not start`, async () => {
      writeFileSync(path, await guest('dropsEverything'));
      const { pipeline, sink } = piped(path, { watch: true, isolation });
      await pipeline.ready();
      const warnings = () => lines.filter(line => line.includes('the previous guest stays in use'));

      writeFileSync(path, 'not wasm');
      await until(
        () => warnings().length === 1,
        () => pipeline.send(owned(tracesOf('a'))),
      );
      assert.match(warnings()[0], /GUEST_INVALID|not a WebAssembly module/);

      replaceGuest(await guest('startFails'));
      await until(
        () => warnings().length === 2,
        () => pipeline.send(owned(tracesOf('b'))),
      );
      assert.equal(pipeline.state, 'running');
      assert.deepEqual(sink.names, []);
      assert.deepEqual(pipeline.stats.itemsFailed, {});

      replaceGuest(await guest('unchanged'));
      await until(
        () => sink.names.length > 0,
        () => pipeline.send(owned(tracesOf('c'))),
      );
      const { before, after } = balance(pipeline.stats);
      assert.equal(before, after);
      await pipeline.shutdown();
    });
  }

  it('creates replacements from the new file', async () => {
    writeFileSync(path, await guest('unchanged'));
    const { pipeline } = piped(path, { watch: true });
    replaceGuest(await guest('obeysSpanNames'));
    await until(
      () => lines.some(line => line.includes('the new guest is in use')),
      () => Promise.resolve(),
    );
    await pipeline.send(owned(tracesOf('TRAP')));
    assert.ok(pipeline.stats.restarts > 0);
    assert.ok((pipeline.stats.errors.GUEST_TRAP ?? 0) > 1);
    await pipeline.shutdown();
  });

  it('shuts the old guest down', async () => {
    writeFileSync(path, await guest('logsShutdown'));
    const { pipeline } = piped(path, { watch: true });
    replaceGuest(await guest('unchanged'));
    await until(
      () => lines.some(line => line.includes('the new guest is in use')),
      () => Promise.resolve(),
    );
    assert.equal(lines.filter(line => line.includes('shut down')).length, 1, lines.join());
    await pipeline.shutdown();
  });

  it("counts and logs the error of the old guest's shutdown()", async () => {
    writeFileSync(path, await guest('shutdownFails'));
    const { pipeline } = piped(path, { watch: true });
    replaceGuest(await guest('unchanged'));
    await until(
      () => lines.some(line => line.includes('the new guest is in use')),
      () => Promise.resolve(),
    );
    assert.deepEqual(pipeline.stats.errors, { GUEST_STATUS: 1 });
    assert.ok(
      lines.some(line => /warn: otelwasm:test GUEST_STATUS: guest: .*status 5: not yet/.test(line)),
      lines.join(),
    );
    await pipeline.shutdown();
  });

  it('stops with the adapter', async () => {
    writeFileSync(path, await guest('unchanged'));
    const { pipeline } = piped(path, { watch: true });
    await pipeline.shutdown();
    replaceGuest(await guest('dropsEverything'));
    await setTimeout(700);
    assert.deepEqual(
      lines.filter(line => line.includes('has changed')),
      [],
    );
  });

  it('is rejected for a guest that is not a file', async () => {
    const bytes = await guest('unchanged');
    assert.throws(() => piped(bytes, { watch: true }), { code: 'INVALID_OPTION', message: /watch is true/ });
  });

  it('is off by default', async () => {
    writeFileSync(path, await guest('unchanged'));
    const { pipeline } = piped(path);
    copyFileSync(path, `${path}.next`);
    replaceGuest(await guest('dropsEverything'));
    await setTimeout(700);
    await pipeline.send(owned(tracesOf('a')));
    assert.equal(pipeline.stats.itemsOut, 1);
    await pipeline.shutdown();
  });
});
