/**
 * Finds out which functions of the rules engine only some functions of the language need, so that `compileRules` can leave out
 * those that no rule calls (src/rules/prune.ts). What it finds stands in the custom section "otelwasm.parts" of the engine:
 *
 *   { "names": ["set", ...], "parts": [[[indexes of names], [indexes of bodies in the code section]], ...] }
 *
 * Functions of the language are registered when the module starts: the address of a name and that of a function object stand in
 * the code one after the other. A function object holds an index into the table.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
export const PARTS_SECTION = 'otelwasm.parts';

/** The engine with the section. */
export async function withParts(bytes) {
  const wabt = await require('wabt')();
  const module = wabt.readWasm(bytes, { readDebugNames: false });
  const text = module.toText({ foldExprs: false, inlineExport: false });
  module.destroy();
  const parts = partsOf(text, readData(bytes));
  const payload = Buffer.concat([
    Buffer.from(leb128(PARTS_SECTION.length)),
    Buffer.from(PARTS_SECTION),
    Buffer.from(JSON.stringify(parts)),
  ]);
  return Buffer.concat([bytes, Buffer.from([0, ...leb128(payload.length)]), payload]);
}

function partsOf(text, data) {
  const { bodies, imported, start, exported, table } = readText(text);
  const targetOf = address => functionAt(data, address, table);
  const edges = new Map();
  for (const [index, { calls, constants }] of bodies) {
    edges.set(index, [...calls, ...constants.flatMap(address => targetOf(address) ?? [])]);
  }
  // What registers does not need what it registers.
  const registering = reach([start], index => bodies.get(index)?.calls ?? []);
  const registered = new Map();
  for (const index of registering) {
    let name;
    for (const address of bodies.get(index)?.constants ?? []) {
      const target = targetOf(address);
      if (target === undefined) name = textAt(data, address) ?? name;
      else if (name !== undefined) {
        registered.set(name, target);
        name = undefined;
      }
    }
  }
  const all = new Set(registered.values());
  const needs = index =>
    (edges.get(index) ?? []).filter(target => !(registering.has(index) && all.has(target)));
  const inData = [...data.words()].flatMap(word => targetOf(word) ?? []);
  const always = reach([start, ...exported, ...inData.filter(target => !all.has(target))], needs);
  const names = [...registered.keys()];
  const owners = new Map();
  names.forEach((name, place) => {
    for (const index of reach([registered.get(name)], needs)) {
      if (!always.has(index)) owners.set(index, [...(owners.get(index) ?? []), place]);
    }
  });
  const byOwners = new Map();
  for (const [index, places] of owners) {
    const key = places.join();
    byOwners.set(key, [places, [...(byOwners.get(key)?.[1] ?? []), index - imported].sort((a, b) => a - b)]);
  }
  return { names, parts: [...byOwners.values()] };
}

function reach(roots, next) {
  const seen = new Set();
  const left = [...roots];
  for (let index = left.pop(); index !== undefined; index = left.pop()) {
    if (seen.has(index)) continue;
    seen.add(index);
    left.push(...next(index));
  }
  return seen;
}

/** Calls and constants of each function, and what else names functions. */
function readText(text) {
  const bodies = new Map();
  const exported = [];
  let table = [];
  let imported = 0;
  let start;
  let body;
  for (const line of text.split('\n')) {
    const [, word, rest = ''] = /^ *\(?([a-z0-9_.]+) ?(.*)$/.exec(line) ?? [];
    if (word === 'func') bodies.set(Number(/;(\d+);/.exec(rest)[1]), (body = { calls: [], constants: [] }));
    else if (word === 'call') body.calls.push(Number.parseInt(rest, 10));
    else if (word === 'i32.const') body.constants.push(Number.parseInt(rest, 10));
    else if (word === 'import' && rest.includes('(func')) imported++;
    else if (word === 'export' && rest.includes('(func')) exported.push(Number(/\(func (\d+)/.exec(rest)[1]));
    else if (word === 'start') start = Number.parseInt(rest, 10);
    else if (word === 'elem') {
      const [, base, list] = /\(i32\.const (\d+)\) func ([\d ]+)/.exec(rest);
      table = [...new Array(Number(base)).fill(undefined), ...list.trim().split(' ').map(Number)];
    }
  }
  return { bodies, imported, start, exported, table };
}

// An object of AssemblyScript: the size of its content stands four bytes before it, the id of its class eight.
const CLASS = -8;
const SIZE = -4;
const STRING = 2;
const FUNCTION_SIZE = 8;

function functionAt(data, address, table) {
  if (data.word(address + SIZE) !== FUNCTION_SIZE || data.word(address + 4) !== 0) return undefined;
  return table[data.word(address)];
}

function textAt(data, address) {
  if (data.word(address + CLASS) !== STRING) return undefined;
  const size = data.word(address + SIZE);
  return size === undefined ? undefined : data.bytes(address, size)?.toString('utf16le');
}

/** The active data segments of a module. */
function readData(bytes) {
  let at = 8;
  const u32 = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  };
  const segments = [];
  while (at < bytes.length) {
    const id = bytes[at++];
    const end = u32() + at;
    if (id === 11) {
      for (let left = u32(); left > 0; left--) {
        if (bytes[at++] !== 0 || bytes[at++] !== 0x41) throw new Error('unexpected layout of a data segment');
        const address = u32();
        at++;
        const size = u32();
        segments.push({ address, content: Buffer.from(bytes.buffer, bytes.byteOffset + at, size) });
        at += size;
      }
    }
    at = end;
  }
  // What is zero between segments the optimizer leaves out.
  const first = Math.min(...segments.map(({ address }) => address));
  const last = Math.max(...segments.map(({ address, content }) => address + content.length));
  const memory = Buffer.alloc(last - first + 8);
  for (const { address, content } of segments) content.copy(memory, address - first);
  const isIn = (address, size) => address >= first && address + size <= first + memory.length;
  return {
    bytes: (address, size) =>
      isIn(address, size) ? memory.subarray(address - first, address - first + size) : undefined,
    word: address => (isIn(address, 4) ? memory.readUInt32LE(address - first) : undefined),
    *words() {
      for (let offset = 0; offset + 4 <= memory.length; offset += 4) yield memory.readUInt32LE(offset);
    },
  };
}

function leb128(value) {
  const bytes = [];
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}
