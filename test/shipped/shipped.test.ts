import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { BasicTracerProvider, InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { type ChainedGuest, WasmSpanProcessor, type WasmSpanProcessorOptions } from '../../src';
import { readConfigFile } from '../../src/config';
import { describeGuest } from '../../src/conformance';
import { type Naming, shippedGuest, shippedGuests } from '../../src/shipped';
import { openGuest, sampleData } from '../../src/testing';
import { built } from '../support/built';

const FOLDER = join(__dirname, '../../guests');
const NAMINGS: readonly Naming[] = ['v1', '0.1.0'];
const DROP = { pluginConfig: { drop: [{ name: 'noise' }] } };

describe('shipped guests', () => {
  before(() => built());

  it('match the folder, each with a summary and a README', () => {
    const folders = readdirSync(FOLDER).filter(name => existsSync(join(FOLDER, name, 'index.ts')));
    assert.deepEqual(
      shippedGuests().map(({ name }) => name),
      folders,
    );
    for (const { name, summary } of shippedGuests()) {
      assert.match(summary, /^[A-Z].{20,110}\.$/, name);
      assert.ok(existsSync(join(FOLDER, name, 'README.md')), name);
    }
  });

  for (const naming of NAMINGS) {
    it(`match the table and run with names of ${naming}`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'otelwasm-shipped-'));
      try {
        for (const { name, modules } of shippedGuests()) {
          const wasm = shippedGuest(name, naming);
          assert.equal(wasm.length, modules[naming].sizeBytes, name);
          assert.equal(createHash('sha256').update(wasm).digest('hex'), modules[naming].sha256, name);
          writeFileSync(join(folder, `${name}.wasm`), wasm);
          const { naming: found, problems } = describeGuest(join(folder, `${name}.wasm`));
          assert.deepEqual([found, problems], [naming, []], name);
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }

  for (const isolation of ['inline', 'worker', 'process'] as const) {
    it(`run by name under isolation ${isolation}`, async () => {
      assert.deepEqual(await namesThrough('otelwasm:filter', { ...DROP, isolation }), ['kept']);
    });
  }

  it("are part of an app's bundle", () => {
    const folder = mkdtempSync(join(tmpdir(), 'otelwasm-shipped-'));
    try {
      const outfile = join(folder, 'app.js');
      const contents = `
        const { openGuest } = require('otelwasm/testing');
        const { WasmSpanProcessor } = require('otelwasm');
        openGuest('traces', 'otelwasm:redact').shutdown();
        new WasmSpanProcessor('otelwasm:redact').shutdown();
        console.log('opened');`;
      buildSync({
        ...{ stdin: { contents, resolveDir: join(FOLDER, '..') }, tsconfigRaw: '{}', outfile },
        ...{ bundle: true, platform: 'node', logLevel: 'error' },
      });
      assert.equal(
        execFileSync(process.execPath, [outfile], { cwd: folder, timeout: 20_000 }).toString(),
        'opened\n',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('run in a chain and are named in logs', async () => {
    const guests: ChainedGuest[] = [
      { guest: 'otelwasm:attributes', pluginConfig: { actions: [{ key: 'a', action: 'delete' }] } },
      { guest: 'otelwasm:filter', ...DROP },
    ];
    assert.deepEqual(await namesThrough(guests, {}), ['kept']);
    const processor = new WasmSpanProcessor(guests, { exporter: new InMemorySpanExporter() });
    assert.deepEqual(
      processor.stats.guests.map(({ name }) => name),
      ['attributes', 'filter'],
    );
    await processor.shutdown();
  });

  it('can be opened in tests and described', () => {
    const guest = openGuest('traces', 'otelwasm:filter', { pluginConfig: { drop: ['/healthz'] } });
    assert.equal(guest.consume(sampleData('traces', 12)).status, 'changed');
    assert.equal(describeGuest('otelwasm:filter').sizeBytes, shippedGuest('filter').length);
  });

  it('are not searched beside a configuration file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'otelwasm-shipped-'));
    try {
      const path = join(folder, 'otelwasm.yaml');
      writeFileSync(
        path,
        'processors: { wasm/a: { path: "otelwasm:filter" } }\nservice: { pipelines: { traces: { processors: [wasm/a] } } }\n',
      );
      assert.deepEqual(readConfigFile(path).traces?.processors, [{ guest: 'otelwasm:filter' }]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  for (const isolation of ['inline', 'process'] as const) {
    it(`report an unknown name under isolation ${isolation}`, () => {
      assert.throws(() => new WasmSpanProcessor('otelwasm:redcat', { isolation }), {
        code: 'GUEST_NOT_FOUND',
        message: /no guest "redcat" ships with otelwasm: available are .*filter, /,
      });
    });
  }

  it('are not watched', () => {
    assert.throws(() => new WasmSpanProcessor('otelwasm:filter', { ...DROP, watch: true }), {
      code: 'INVALID_OPTION',
      message: /watch is true: allowed is false for a guest that ships/,
    });
  });
});

async function namesThrough(
  guests: string | ChainedGuest[],
  options: WasmSpanProcessorOptions,
): Promise<string[]> {
  const exporter = new InMemorySpanExporter();
  const processor = new WasmSpanProcessor(guests, { ...options, exporter });
  const provider = new BasicTracerProvider({ spanProcessors: [processor] });
  for (const name of ['noise', 'kept']) provider.getTracer('test').startSpan(name).end();
  await provider.forceFlush();
  const names = exporter.getFinishedSpans().map(({ name }) => name);
  await provider.shutdown();
  return names;
}
