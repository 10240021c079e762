import { OtelWasmError, type Signature } from '../abi';
import { ByteReader, BULK_PREFIX, skipInstruction, type WasmModule, CALLS, OP, THROWS } from '../wasm';
import { SIMD_PREFIX, prefixedStackChange, STACK_CHANGE } from './stackEffect';

/**
 * Engines compile a function when it is first called, and nothing stops them. Wherever control flow parts or meets they look
 * at each local and at each value on the stack: this is some 30 ms, and 200 MB for a function that runs often. The largest
 * known function of a guest, of 500 KB, has a third of it.
 */
const MAX_EFFORT = 2 ** 21;

/**
 * For a function that runs often they keep, for each block, a value for each local that changes in it: some 500 bytes each, out
 * of sight of the memory limit, on threads of their own. This is 130 MB. The largest known function has half of it.
 */
const MAX_CHANGES = 2 ** 18;

/** What of a function tells about how long it takes to compile. */
export interface Branching {
  /** Without parameters. */
  readonly locals: number;
  /** Where control flow parts or meets: blocks, branches, each target of a `br_table`, calls. */
  readonly branches: number;
  /** Its code, behind the locals. */
  readonly code: ByteReader;
}

/** The most that one function type of a module has. */
export interface Widest {
  readonly parameters: number;
  readonly results: number;
}

export function widestOf(types: readonly Signature[]): Widest {
  const widest = { parameters: 0, results: 1 };
  for (const { parameters, results } of types) {
    widest.parameters = Math.max(widest.parameters, parameters.length);
    widest.results = Math.max(widest.results, results.length);
  }
  return widest;
}

/** To begin with, a function takes about as long as so many branches. */
const BEGINNING = 4;

/** No function with this branching takes more. What puts values on the stack has two bytes at least. */
export function mostEffort({ locals, branches, code }: Branching, { parameters, results }: Widest): number {
  const known = locals + parameters;
  return BEGINNING * known + (known + ((code.end - code.offset) / 2) * results) * branches;
}

/** Whether a function that takes `most` effort at most is within the limits in any case. */
export function isEasy({ locals, branches }: Branching, most: number, { parameters }: Widest): boolean {
  return most <= MAX_EFFORT && (locals + parameters) * branches <= MAX_CHANGES;
}

/** Throws `GUEST_INVALID` if an engine would take long, or much memory, to compile the function with this index. */
export function checkCompiles(index: number, info: WasmModule, branching: Branching): void {
  const locals = branching.locals + (info.functions[index]?.parameters.length ?? 0);
  if (new Walk(info, locals).ends(branching.code)) return;
  throw new OtelWasmError(
    'GUEST_INVALID',
    `function ${index} would take engines too long, or too much memory, to compile: ${branching.branches} blocks, branches and calls ` +
      `with ${locals} locals and what is on the stack; at most ${MAX_EFFORT} together are run, and ${MAX_CHANGES} locals that change in a block`,
  );
}

const BLOCKS: readonly number[] = [OP.block, OP.loop, OP.if, OP.try, OP.tryTable];
const BRANCHES: readonly number[] = [OP.br, OP.brIf, OP.brOnNull, OP.brOnNonNull];
/** What comes behind is never reached: `return`, and calls that return, among them. */
const LEAVING: readonly number[] = [OP.unreachable, ...THROWS, OP.br, OP.brTable, 0x0f, 0x12, 0x13, 0x15];
const NO_TYPE = 0x40;
const TYPE_INDEX_END = 0x40;
const ONE_BYTE = 0x80;
/** Values of an exception, at most (`moduleInfo.ts`). */
const CAUGHT_VALUES = 16;

interface Block {
  /** Values on the stack below those that the block takes. */
  readonly base: number;
  readonly parameters: number;
  readonly results: number;
  /** How many had begun when it did. */
  readonly number: number;
}

/** Goes over a valid function and knows at each place which blocks are open and how many values are on the stack, at most. */
class Walk {
  readonly #info: WasmModule;
  readonly #locals: number;
  readonly #open: Block[] = [{ base: 0, parameters: 0, results: 0, number: 0 }];
  /** The latest block when a local was last set: all that were open then have counted it. */
  readonly #lastSet = new Map<number, number>();
  #blocks = 0;
  #height = 0;
  /** Blocks that are open in code that is never reached, that code itself included; 0 elsewhere. */
  #unreached = 0;
  #effort = 0;
  #changes = 0;

  constructor(info: WasmModule, locals: number) {
    this.#info = info;
    this.#locals = locals;
  }

  /** False if one of the limits is reached on the way. */
  ends({ bytes, offset, end }: ByteReader): boolean {
    const code = new ByteReader(bytes, offset, end);
    while (!code.done && this.#effort <= MAX_EFFORT && this.#changes <= MAX_CHANGES) {
      const opcode = code.bytes[code.offset];
      const operands = new ByteReader(code.bytes, code.offset + 1, code.end);
      skipInstruction(code);
      if (BLOCKS.includes(opcode)) this.#begin(opcode, operands, code.offset);
      else if (opcode === OP.else || opcode === OP.catch || opcode === OP.catchAll) this.#goOn(opcode);
      else if (opcode === OP.end || opcode === OP.delegate) this.#end();
      else if (this.#unreached === 0) this.#step(opcode, operands);
    }
    return this.#effort <= MAX_EFFORT && this.#changes <= MAX_CHANGES;
  }

  #meet(times: number): void {
    this.#effort += times * (this.#locals + this.#height);
  }

  #begin(opcode: number, operands: ByteReader, end: number): void {
    if (this.#unreached > 0) {
      this.#unreached++;
      return;
    }
    this.#height += STACK_CHANGE[opcode];
    // What `try_table` catches branches too; each clause has two bytes at least.
    this.#meet(opcode === OP.if ? 2 : opcode === OP.tryTable ? end - operands.offset : 1);
    const { parameters, results } = this.#blockType(operands);
    this.#open.push({ base: this.#height - parameters, parameters, results, number: ++this.#blocks });
  }

  #blockType(operands: ByteReader): Omit<Block, 'base' | 'number'> {
    const first = operands.bytes[operands.offset];
    if (first === NO_TYPE) return { parameters: 0, results: 0 };
    if (first > TYPE_INDEX_END && first < ONE_BYTE) return { parameters: 0, results: 1 };
    // None has this number if it is "no type" again, in more bytes than it needs.
    const type = this.#info.types.at(operands.u32());
    return { parameters: type?.parameters.length ?? 0, results: type?.results.length ?? 0 };
  }

  /** The other part of a block begins, or what catches. */
  #goOn(opcode: number): void {
    if (this.#unreached > 1) return;
    this.#unreached = 0;
    const { base, parameters } = this.#open[this.#open.length - 1];
    this.#height = base + (opcode === OP.else ? parameters : CAUGHT_VALUES);
    if (opcode !== OP.else) this.#meet(1);
  }

  #end(): void {
    if (this.#unreached > 1) {
      this.#unreached--;
      return;
    }
    this.#unreached = 0;
    const { base, results } = this.#open.pop() as Block;
    this.#height = base + results;
  }

  #step(opcode: number, operands: ByteReader): void {
    const { bytes, offset } = operands;
    this.#height +=
      opcode === SIMD_PREFIX || opcode === BULK_PREFIX
        ? prefixedStackChange(opcode, operands.u32())
        : STACK_CHANGE[opcode];
    const operand = (): number => new ByteReader(bytes, offset, operands.end).u32();
    if (opcode === OP.localSet || opcode === OP.localTee) this.#set(operand());
    else if (BRANCHES.includes(opcode)) this.#meet(1);
    else if (opcode === OP.brTable) this.#meet(operand() + 1);
    else if (CALLS.includes(opcode)) {
      this.#meet(1);
      if (opcode === OP.call) this.#called(this.#info.functions[operand()]);
      else if (opcode === OP.callIndirect || opcode === OP.callRef) this.#called(this.#info.types[operand()]);
    }
    if (LEAVING.includes(opcode)) this.#unreached = 1;
  }

  #called(signature: Signature | undefined): void {
    if (signature !== undefined) this.#height += signature.results.length - signature.parameters.length;
  }

  /** A local changes in all blocks that are open; those that were open when it last did have counted it. */
  #set(local: number): void {
    const lastBlock = this.#lastSet.get(local) ?? -1;
    let counted = this.#open.length;
    while (counted > 0 && this.#open[counted - 1].number > lastBlock) counted--;
    this.#changes += this.#open.length - counted;
    this.#lastSet.set(local, this.#blocks);
  }
}
