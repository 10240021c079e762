/**
 * The same filter on the same spans in other hosts: as an Extism plugin in Node, and the same guest in Go's wazero. And the
 * Collector's codec.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countItems, decodeTraces, encodeTraces } from '../../src/otlp';
import type { BenchmarkCase } from '../support/case';
import { compare, timed } from '../support/compare';
import { consume, FILTER, startGuest, unlessExists } from '../support/guests';
import { FILTER_CONFIG, makeSpans } from '../support/spans';

const PLUGIN = join(__dirname, '../../build/extism/filter.wasm');
const SPANS = 512;
const DROP_PERCENT = 10;
const ours = 'GuestInstance.consume';
const makeBatch = () => encodeTraces(makeSpans(SPANS, 'http', DROP_PERCENT));

function checkKept(bytes: Uint8Array | undefined): void {
  const kept = bytes === undefined ? 0 : countItems('traces', bytes);
  const expected = Math.ceil((SPANS * (100 - DROP_PERCENT)) / 100);
  if (kept !== expected) throw new Error(`the filter kept ${kept} spans of ${SPANS}, expected ${expected}`);
}

/** Extism stops a call only in a worker: it has no limit here. Ours has fuel in any case. */
function extism(data: 'fresh' | 'repeated'): BenchmarkCase {
  const name = `hosts/extism/filter/512/drop-10/${data}`;
  return {
    name,
    missing: unlessExists(PLUGIN, 'node benchmarks/prepare.mjs'),
    run: async () => {
      // Loaded here: it warns of node:wasi.
      const { default: createPlugin } = await import('@extism/extism');
      const plugin = await createPlugin(
        { wasm: [{ data: readFileSync(PLUGIN) }] },
        { config: { pluginConfig: JSON.stringify(FILTER_CONFIG) } },
      );
      const instance = startGuest(FILTER, FILTER_CONFIG);
      const same = makeBatch();
      checkKept((await plugin.call('filter', same))?.bytes());
      checkKept(consume(instance, same));
      const batch = data === 'repeated' ? () => same : makeBatch;
      const result = await compare({
        ...{ name, unit: 'µs/batch' },
        ours: { name: ours, round: timed(batch, bytes => consume(instance, bytes)) },
        peer: {
          name: 'Extism, the same filter',
          round: async () => {
            const bytes = batch();
            const start = process.hrtime.bigint();
            await plugin.call('filter', bytes);
            return Number(process.hrtime.bigint() - start) / 1_000;
          },
        },
      });
      await plugin.close();
      return result;
    },
  };
}

const WAZERO = join(__dirname, '../../build/wazero-benchmark');
const CALLS = 20;

/** µs a batch of as many calls in wazero, after as many to warm up. */
function wazeroMicros(batch: string): number {
  const args = [FILTER, batch, JSON.stringify(FILTER_CONFIG), String(CALLS)];
  const { status, stdout, stderr } = spawnSync(WAZERO, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`wazero failed: ${stderr}`);
  return Number(stdout);
}

const wazero: BenchmarkCase = {
  name: 'hosts/wazero/filter/512/drop-10/repeated',
  missing: unlessExists(WAZERO, 'it needs Go, and node benchmarks/prepare.mjs'),
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'otelwasm-'));
    const batch = join(folder, 'batch');
    const bytes = makeBatch();
    writeFileSync(batch, bytes);
    const instance = startGuest(FILTER, FILTER_CONFIG);
    try {
      return await compare({
        ...{ name: wazero.name, unit: 'µs/batch', warmUpRounds: 5, rounds: 15 },
        ours: {
          name: ours,
          round: () => {
            const round = timed(
              () => bytes,
              batchBytes => consume(instance, batchBytes),
            );
            const samples = Array.from({ length: CALLS }, round) as number[];
            return samples.reduce((sum, micros) => sum + micros, 0) / CALLS;
          },
        },
        peer: { name: 'wazero, the same guest', round: () => wazeroMicros(batch) },
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

const PDATA = join(__dirname, '../../build/pdata-benchmark');
const PDATA_CALLS = 100;

/** The Collector's own codec, in Go: a mark to aim at. */
function pdata(what: 'encode' | 'decode'): BenchmarkCase {
  const name = `hosts/pdata/${what}/512/repeated`;
  return {
    name,
    missing: unlessExists(PDATA, 'it needs Go, and node benchmarks/prepare.mjs'),
    run: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'otelwasm-'));
      const file = join(folder, 'batch');
      const spans = makeSpans(SPANS);
      const bytes = encodeTraces(spans);
      writeFileSync(file, bytes);
      const work = what === 'encode' ? () => encodeTraces(spans) : () => decodeTraces(bytes);
      try {
        return await compare({
          ...{ name, unit: 'µs/span', warmUpRounds: 20, rounds: 20 },
          ours: { name: `our ${what}Traces`, round: timed(() => undefined, work, SPANS) },
          peer: { name: "the Collector's pdata, in Go", round: () => pdataMicros(file)[what] / SPANS },
        });
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  };
}

function pdataMicros(batch: string): Record<'encode' | 'decode', number> {
  const { status, stdout, stderr } = spawnSync(PDATA, [batch, String(PDATA_CALLS)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`pdata failed: ${stderr}`);
  return JSON.parse(stdout) as Record<'encode' | 'decode', number>;
}

export const otherHostsCases: readonly BenchmarkCase[] = [
  extism('repeated'),
  extism('fresh'),
  wazero,
  pdata('encode'),
  pdata('decode'),
];
