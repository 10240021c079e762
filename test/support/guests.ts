import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import wabt from 'wabt';

/** What the fixtures use beyond wabt's defaults. */
const FEATURES = { exceptions: true, threads: true, memory64: true, multi_memory: true, bulk_memory: true };

/** Loaded once per process, because loading takes far longer than assembling a guest. */
let assembler: ReturnType<typeof wabt> | undefined;
const assembled = new Map<string, Promise<Uint8Array>>();

/** The binary of a module in text format, which must be ASCII. Assembled once per process. */
export function assemble(wat: string, name = 'inline.wat'): Promise<Uint8Array> {
  let binary = assembled.get(wat);
  if (binary === undefined) {
    binary = toBinary(wat, name);
    assembled.set(wat, binary);
  }
  return binary;
}

async function toBinary(wat: string, name: string): Promise<Uint8Array> {
  const module = (await (assembler ??= wabt())).parseWat(name, wat, FEATURES);
  try {
    return Uint8Array.from(module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}

/** The binary of `test/guests/<name>.wat`. */
export function guest(name: string): Promise<Uint8Array> {
  return assemble(readFileSync(join(__dirname, '../guests', `${name}.wat`), 'utf8'), `${name}.wat`);
}

/** Fields of a guest module, each as text; an empty string omits the field. */
export interface GuestFields {
  imports: string;
  memory: string;
  marker: string;
  alloc: string;
  start: string;
  shutdown: string;
  consume: string;
  more: string;
}

const FIELDS: GuestFields = {
  imports: '',
  memory: '(memory (export "memory") 16)',
  marker: '(func (export "abi_version_v1"))',
  alloc: '(func (export "alloc") (param i32) (result i32) (i32.const 65536))',
  start: '(func (export "start") (result i32) (i32.const 0))',
  shutdown: '(func (export "shutdown") (result i32) (i32.const 0))',
  consume: '(func (export "consume_traces") (param i32 i32) (result i32) (i32.const 0))',
  more: '',
};

/** A guest that accepts every batch, with the given fields replaced: for variations too small for a file. */
export function guestWith(fields: Partial<GuestFields>): Promise<Uint8Array> {
  return assemble(`(module ${Object.values({ ...FIELDS, ...fields }).join('\n')})`);
}
