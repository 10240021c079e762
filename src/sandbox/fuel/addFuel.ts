import { OtelWasmError } from '../../abi';
import {
  type ByteReader,
  ByteWriter,
  leb128,
  putLeb128,
  type WasmModule,
  SECTION,
  OP,
  type ModuleSections,
} from '../../wasm';
import { CALL_COST, type FuelPoint, fuelPoints } from './chargePoints';
/** Exports that `addFuel` adds for the host: the table for its clock, and the module's start function, if it has one. */
export const CLOCK_EXPORT = 'otelwasm:clock';
export const START_EXPORT = 'otelwasm:start';

/** Fuel between two clock checks, in bytes of code: about a millisecond, so that the checks cost nothing measurable. */
export const FUEL = 2_000_000;

/** Bytes that bulk instructions move in the time of one byte of code, as a power of two. */
const BULK_BYTES_SHIFT = 4;
/** Larger ranges are moved in pieces. Otherwise moving a whole memory would be one long step without a check. */
const PIECE_BYTES = 2 ** 19;

const FUNCTION_TYPE = 0x60;
const I32 = 0x7f;
const FUNCREF = 0x70;
const MUTABLE = 1;
const WITH_MAXIMUM = 1;
const NO_RESULT = 0x40;
const FUNCTION_KIND = 0;
const TABLE_KIND = 1;
/** Room for a number that is filled in later: below 2^27 with a sign, and below 2^35 without. */
const NO_COST = [0, 0, 0, 0];
const MAX_COST = 2 ** 27 - 1;
/** In a charge, behind `i32.const`. */
const COST_OFFSET = 1;
const NO_SIZE = new Uint8Array(5);

/** The limit of engines (WebAssembly JavaScript Interface, limits). */
const MAX_FUNCTION_BYTES = 7_654_321;

const MEMORY_COPY = [0xfc, 10, 0, 0];
const MEMORY_FILL = [0xfc, 11, 0];

/** Indices, as LEB128, of the added globals and functions. */
interface Added {
  /** Global: the fuel used, from below 0 up to 0. */
  readonly used: readonly number[];
  /** Function `() -> ()`: checks the clock. */
  readonly checkClock: readonly number[];
  /** Functions `(to, from or value, length) -> ()`. */
  readonly copy: readonly number[];
  readonly fill: readonly number[];
}

/** Called for each copied piece of a function's body, with its old and its new offset. */
export type CopyListener = (body: number, from: number, to: number, length: number) => void;

/**
 * Adds fuel to a module with a memory. Functions and loops add their cost to a counter. When all fuel is used, the module
 * checks the host's clock, and the guest gets more fuel or traps. So no guest runs much longer than its limit. The time
 * limit of `node:vm` does the same, at a cost for each call (docs/decisions/fuel.md).
 *
 * The module must be valid before. Then nothing in it refers to the additions, which all come after its own definitions.
 * Its start function becomes an export, because there is no clock yet during instantiation. Throws `GUEST_INVALID`.
 */
export function addFuel(module: ModuleSections, info: WasmModule, onCopy?: CopyListener): void {
  const imported = (kind: string) => info.imports.filter(entry => entry.kind === kind).length;
  const functions = imported('function') + module.count(SECTION.function);
  const types = module.append(
    SECTION.type,
    [FUNCTION_TYPE, 0, 0],
    [FUNCTION_TYPE, 0, 1, I32],
    [FUNCTION_TYPE, 3, I32, I32, I32, 0],
  );
  const [checkType, clockType, bulkType] = [types, types + 1, types + 2].map(leb128);
  module.append(SECTION.function, checkType, bulkType, bulkType);
  const table = imported('table') + module.append(SECTION.table, [FUNCREF, WITH_MAXIMUM, 1, 1]);
  const used = imported('global') + module.append(SECTION.global, [I32, MUTABLE, OP.i32Const, 0, OP.end]);
  module.append(SECTION.export, exported(CLOCK_EXPORT, TABLE_KIND, table));
  exportStart(module);

  const [checkClock, copy, fill] = [functions, functions + 1, functions + 2].map(leb128);
  const added: Added = { used: leb128(used), checkClock, copy, fill };
  module.replace(SECTION.code, withPoints(module.read(SECTION.code), imported('function'), added, onCopy));
  module.append(
    SECTION.code,
    clockCheckBody(added, clockType, leb128(table)),
    bulkBody(added, MEMORY_COPY, [
      ...[OP.localGet, 0, OP.localGet, 1, OP.i32GtU, OP.if, NO_RESULT, ...lastPiece(true, MEMORY_COPY)],
      ...[OP.else, ...FIRST_PIECE, ...MEMORY_COPY, ...AFTER_FIRST_PIECE, OP.end],
    ]),
    bulkBody(added, MEMORY_FILL, lastPiece(false, MEMORY_FILL)),
  );
}

function exportStart(module: ModuleSections): void {
  const start = module.read(SECTION.start);
  if (start.done) return;
  module.append(SECTION.export, exported(START_EXPORT, FUNCTION_KIND, start.u32()));
  module.remove(SECTION.start);
}

function exported(name: string, kind: number, index: number): number[] {
  return [name.length, ...Buffer.from(name), kind, ...leb128(index)];
}

/** The clock returns the next fuel, as a number below 0; 0 ends the guest with a trap, which no guest can catch. */
function clockCheckBody({ used }: Added, clockType: readonly number[], table: readonly number[]): number[] {
  return sized([
    ...[1, 1, I32],
    ...[OP.i32Const, 0, OP.callIndirect, ...clockType, ...table, OP.localTee, 0],
    ...[OP.i32Eqz, OP.if, NO_RESULT, OP.unreachable, OP.end],
    ...[OP.localGet, 0, OP.globalSet, ...used, OP.end],
  ]);
}

const PIECE = [OP.i32Const, ...leb128(PIECE_BYTES)];
const FIRST_PIECE = [OP.localGet, 0, OP.localGet, 1, ...PIECE];
const AFTER_FIRST_PIECE = [
  ...[OP.localGet, 0, ...PIECE, OP.i32Add, OP.localSet, 0],
  ...[OP.localGet, 1, ...PIECE, OP.i32Add, OP.localSet, 1],
  ...[OP.localGet, 2, ...PIECE, OP.i32Sub, OP.localSet, 2],
];

/** Runs `instruction` on the last piece of the remaining range, and shortens the range by that piece. */
function lastPiece(isCopy: boolean, instruction: readonly number[]): number[] {
  return [
    ...[OP.localGet, 0, OP.localGet, 2, ...PIECE, OP.i32Sub, OP.localTee, 2, OP.i32Add],
    ...[OP.localGet, 1, ...(isCopy ? [OP.localGet, 2, OP.i32Add] : []), ...PIECE, ...instruction],
  ];
}

/**
 * Charges for the length and runs `instruction`, in pieces if the range is large. If the range is outside memory, the guest
 * traps as without fuel. Some pieces may be written before the trap, but nothing can observe them.
 */
function bulkBody(added: Added, instruction: readonly number[], piece: readonly number[]): number[] {
  return sized([
    0,
    ...[OP.loop, NO_RESULT, OP.localGet, 2, ...PIECE, OP.i32GtU, OP.if, NO_RESULT],
    ...charge(added, [OP.i32Const, ...leb128(PIECE_BYTES >> BULK_BYTES_SHIFT)]),
    ...[...piece, OP.br, 1, OP.end, OP.end],
    ...charge(added, [OP.localGet, 2, OP.i32Const, BULK_BYTES_SHIFT, OP.i32ShrU]),
    ...[OP.localGet, 0, OP.localGet, 1, OP.localGet, 2, ...instruction, OP.end],
  ]);
}

/** Adds the result of `cost` to the used fuel, and checks the clock when all fuel is used. */
function charge({ used, checkClock }: Added, cost: readonly number[]): number[] {
  return [
    ...[...cost, OP.globalGet, ...used, OP.i32Add, OP.globalSet, ...used],
    ...[OP.globalGet, ...used, OP.i32Const, 0, OP.i32GeS, OP.if, NO_RESULT, OP.call, ...checkClock, OP.end],
  ];
}

function sized(body: readonly number[]): number[] {
  return [...leb128(body.length), ...body];
}

/** The code section's payload with the code for each function's points added. */
function withPoints(code: ByteReader, imported: number, added: Added, onCopy?: CopyListener): Uint8Array {
  const writer = new ByteWriter(2 * code.end);
  const instead = replacements(added);
  const callCosts = new Array<number>(imported).fill(CALL_COST);
  const count = code.done ? 0 : code.count();
  writer.put(Uint8Array.from(leb128(count)));
  for (let left = count; left > 0; left--) {
    const body = code.section(code.u32());
    const start = writer.length;
    writer.put(NO_SIZE);
    const first = body.offset;
    let copied = first;
    const copy = (end: number): void => {
      onCopy?.(count - left, copied - first, writer.length - start - NO_SIZE.length, end - copied);
      writer.put(body.bytes.subarray(copied, end));
    };
    for (const point of fuelPoints(body, callCosts)) {
      copy(point.offset);
      if (point.kind === 'charge')
        putLeb128(instead.charge, COST_OFFSET, Math.min(point.part.cost, MAX_COST), NO_COST.length);
      writer.put(instead[point.kind]);
      copied = 'end' in point ? point.end : point.offset;
    }
    copy(body.end);
    const size = writer.length - start - NO_SIZE.length;
    // The engine would refuse it too, but only after all other functions were rewritten.
    if (size > MAX_FUNCTION_BYTES) throw tooLarge(size);
    putLeb128(writer.bytes, start, size, NO_SIZE.length);
  }
  return writer.written;
}

function tooLarge(size: number): OtelWasmError {
  return new OtelWasmError(
    'GUEST_INVALID',
    `a function has ${size} bytes with its fuel accounting: at most ${MAX_FUNCTION_BYTES} are allowed`,
  );
}

/** The code for a point of each kind; the cost of a charge is filled in later. */
function replacements(added: Added): Record<FuelPoint['kind'], Uint8Array> {
  return {
    charge: Uint8Array.from(charge(added, [OP.i32Const, ...NO_COST])),
    'check-clock': Uint8Array.from([OP.call, ...added.checkClock]),
    'memory.copy': Uint8Array.from([OP.call, ...added.copy]),
    'memory.fill': Uint8Array.from([OP.call, ...added.fill]),
  };
}
