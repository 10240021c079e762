import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import wabt from 'wabt';
import { type Signature, WASI_MODULE } from '../../src/abi/functions';
import { LinearMemory } from '../../src/wasm/memory';
import { createWasi, type Wasi, type WasiHost, type WasiOptions } from '../../src/wasi';

export const PAGE_BYTES = 65_536;

/** Clocks that only `advance` moves. */
export class TestClocks {
  nanos = 5_000_000_000n;
  realtime = (): bigint => 1_700_000_000_000_000_000n + this.nanos;
  monotonic = (): bigint => this.nanos;
}

export interface Hosted {
  wasi: Wasi;
  f: Wasi['imports'];
  memory: LinearMemory;
  clocks: TestClocks;
  /** What was written, as `stdout: text`. */
  lines: string[];
  /** What sleeps were asked for; each moves the clocks by as much. */
  slept: number[];
}

/** WASI over one page of memory, with clocks and sleep that need no time. */
export function hosted(options: WasiOptions = {}, host: Partial<WasiHost> = {}): Hosted {
  const memory = new LinearMemory();
  memory.attach(new WebAssembly.Memory({ initial: 1 }));
  const clocks = new TestClocks();
  const lines: string[] = [];
  const slept: number[] = [];
  const wasi = createWasi(options, {
    memory,
    clocks,
    writeLine: (stream, line) => void lines.push(`${stream}: ${line}`),
    sleep(millis) {
      slept.push(millis);
      clocks.nanos += BigInt(Math.ceil(millis * 1e6));
    },
    ...host,
  });
  return { wasi, f: wasi.imports, memory, clocks, lines, slept };
}

export type GuestExports = Record<string, (...values: unknown[]) => unknown>;

/** Types of the functions a text module imports, by name. */
export function importedSignatures(wat: string): Map<string, Signature> {
  const types = (text: string, kind: string): string[] =>
    new RegExp(`\\(${kind} ([^)]*)\\)`).exec(text)?.[1]?.split(' ') ?? [];
  return new Map(
    [...wat.matchAll(/\(import "\w+" "(\w+)" \(func \$\w+(.*)\)\)/g)].map(([, name, type]) => [
      name,
      { parameters: types(type, 'param'), results: types(type, 'result') },
    ]),
  );
}

export function readWat(name: string): string {
  return readFileSync(join(__dirname, '../guests/wasi', `${name}.wat`), 'utf8');
}

/** Instantiates `test/guests/wasi/<name>.wat` with what `importFor` gives it. */
export async function instantiate(name: string, { wasi, memory }: Hosted): Promise<GuestExports> {
  const wat = readWat(name);
  const parsed = (await wabt()).parseWat(`${name}.wat`, wat, { exceptions: true, multi_value: true });
  const imports = Object.fromEntries(
    [...importedSignatures(wat)].map(([import_, type]) => [import_, wasi.importFor(import_, type)]),
  );
  const module = await WebAssembly.compile(new Uint8Array(parsed.toBinary({}).buffer));
  const instance = await WebAssembly.instantiate(module, { [WASI_MODULE]: imports });
  memory.attach(instance.exports.memory as WebAssembly.Memory);
  return instance.exports as GuestExports;
}
