import { ACCESSES, RECORDS } from '../paths';
import type { Block, Code, Constant, Extra, Pass, Passes } from './code';
import { mentionsOf } from './mentions';
import { KIND, type Op, OPS } from './ops';
import { ProgramWriter } from './writer';

/**
 * The address of the program in the engine's memory, and its first word. assembly/rules/program/program.ts has the
 * same.
 */
export const PROGRAM_ADDRESS = 1024;
const MAGIC = 0x454c5552;
const VERSION = 1;
const HEADER_WORDS = 8;

const ACTIONS = { drop: 1, execute: 2 } as const;
const ERROR_MODES = { ignore: 0, silent: 1, propagate: 2 } as const;
const MAP = ACCESSES.indexOf('map');
const DROP_EMPTY = 1;
const FUSED = 2;

/** The types of constants that are compared with an attribute's bytes, without decoding them. */
const COMPARED_BY_BYTES: Partial<Record<Op, readonly Constant['kind'][]>> = {
  '==': ['nil', 'text', 'int'],
  '!=': ['nil', 'text', 'int'],
  '<': ['int'],
  '<=': ['int'],
  '>': ['int'],
  '>=': ['int'],
};
/** The tag of an AnyValue's text, field 1. The length that follows takes one byte when it is below 128. */
const TEXT_TAG = 0x0a;
const SHORT = 0x80;

/** A program, and the functions of OTTL that it calls. */
export interface EncodedProgram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly functions: readonly string[];
}

/** Writes the program in the format of docs/decisions/rules-program.md. */
export function encodeProgram(passes: Passes): EncodedProgram {
  const encoder = new Encoder();
  return encoder.encode(passes);
}

class Encoder {
  #writer = new ProgramWriter(PROGRAM_ADDRESS);
  #functions = new Map<string, number>();
  #slots: string[][] = RECORDS.map(() => []);

  encode(passes: Passes): EncodedProgram {
    const header = this.#writer.words(new Array<number>(HEADER_WORDS).fill(0));
    const lists = [passes.traces, passes.metrics, passes.logs].flatMap(list =>
      this.#list(this.#passes(list)),
    );
    const functions = this.#list(
      [...this.#functions.keys()].map(value => this.#constant({ kind: 'text', value })),
    );
    this.#writer.patch(header, [MAGIC, VERSION, this.#writer.size, functions, ...lists, this.#slotLists()]);
    return { bytes: this.#writer.bytes, functions: [...this.#functions.keys()] };
  }

  #passes(passes: readonly Pass[]): number[] {
    const processors = [...new Set(passes.map(({ processor }) => processor))];
    return passes.map((pass, index) => {
      const { dropsEmpty, resource, scope, item, part, exemplar } = pass;
      const flags =
        (dropsEmpty ? DROP_EMPTY : 0) | (index > 0 && canFollow(passes[index - 1], pass) ? FUSED : 0);
      const blocks = [resource, scope, item, part, exemplar].map(block =>
        block ? this.#block(block, 1 + processors.indexOf(pass.processor)) : 0,
      );
      return this.#writer.words([flags, ...blocks]);
    });
  }

  #block({ action, errorMode, sharedCache, conditions, rules }: Block, cache: number): number {
    // Under `propagate` every error must be seen, so every condition is evaluated.
    const isFilter = action === 'drop' && errorMode !== 'propagate';
    const texts = isFilter ? mentionsOf(rules.map(({ code }) => code)) : [];
    const lists = [conditions, rules.map(({ code }) => code)].map(codes =>
      this.#list(codes.map(code => this.#code(code))),
    );
    return this.#writer.words([
      ACTIONS[action],
      ERROR_MODES[errorMode],
      sharedCache ? cache : 0,
      ...lists,
      this.#list(texts.map(value => this.#constant({ kind: 'text', value }))),
      0,
    ]);
  }

  #list(addresses: readonly number[]): number {
    return this.#writer.words([addresses.length, ...addresses]);
  }

  #text(text: string): number[] {
    const bytes = Buffer.from(text);
    return [this.#writer.data(bytes), bytes.length];
  }

  #code(code: Code): number {
    switch (code.op) {
      case 'const':
        return this.#constant(code.value);
      case 'path': {
        const extra = this.#slotOf(code) || this.#extra(code.extra);
        const keys = code.keys.map(key => this.#code(key));
        return this.#node('path', [code.record, code.access, code.field, code.child, extra, ...keys]);
      }
      case 'call': {
        const args = code.args.map(arg => (arg === undefined ? 0 : this.#code(arg)));
        return this.#node('call', [this.#functionIndex(code.name), ...args]);
      }
      case 'lambda':
        return this.#node('lambda', [this.#code(code.body), ...code.slots]);
      case 'local':
        return this.#node('local', [code.slot]);
      case 'statement':
        return this.#node('statement', [this.#code(code.call), code.where ? this.#code(code.where) : 0]);
      case 'pattern':
        return this.#node('pattern', [
          this.#writer.data(code.program),
          ...[0, 0],
          ...code.groups.map(value => this.#constant({ kind: 'text', value })),
        ]);
      default: {
        const operands = code.operands.map(operand => this.#code(operand));
        return this.#node(code.op, [...operands, ...this.#slotWords(code.op, code.operands)]);
      }
    }
  }

  /** Words that let the engine compare a slot with a constant by their bytes, if these are the operands. */
  #slotWords(op: Op, [left, right]: readonly Code[]): number[] {
    const kinds = COMPARED_BY_BYTES[op];
    if (left?.op !== 'path' || left.keys.length > 1 || right?.op !== 'const') return [];
    const slot = this.#slotOf(left);
    if (slot === 0 || !kinds?.includes(right.value.kind)) return [];
    const size = right.value.kind === 'text' ? Buffer.byteLength(right.value.value) : SHORT;
    return [slot - 1, size < SHORT ? TEXT_TAG | (size << 8) : 0];
  }

  #node(op: (typeof OPS)[number], words: readonly number[]): number {
    return this.#writer.words([OPS.indexOf(op), words.length, ...words]);
  }

  #extra(extra: Extra): number {
    if (typeof extra === 'number') return extra;
    if ('bytes' in extra) return this.#writer.data(extra.bytes);
    return this.#node(
      'list',
      extra.names.map(value => this.#constant({ kind: 'text', value })),
    );
  }

  /** The node of a constant. Its value follows the opcode, in the engine's own format. */
  #constant(constant: Constant): number {
    let bits = 0n;
    let place = [0, 0];
    if (constant.kind === 'text') place = this.#text(constant.value);
    else if (constant.kind === 'bytes') place = [this.#writer.data(constant.value), constant.value.length];
    else if (constant.kind === 'bool') bits = constant.value ? 1n : 0n;
    else if (constant.kind === 'double') bits = bitsOf(constant.value);
    else if (constant.kind !== 'nil') bits = BigInt.asUintN(64, constant.value);
    const words = [KIND[constant.kind], 0, Number(bits & 0xffff_ffffn), Number(bits >> 32n), ...place];
    return this.#node('const', words);
  }

  /**
   * The slot, counted from 1, in which the engine keeps a message's value under a constant key; 0 for other paths.
   */
  #slotOf({ record, access, keys }: Code & { op: 'path' }): number {
    const [key] = keys;
    if (access !== MAP || key?.op !== 'const' || key.value.kind !== 'text') return 0;
    const slots = this.#slots[record];
    const { value } = key.value;
    if (!slots.includes(value)) slots.push(value);
    return slots.indexOf(value) + 1;
  }

  /** The keys of each message's slots. */
  #slotLists(): number {
    const listOf = (keys: readonly string[]): number =>
      this.#list(keys.map(value => this.#constant({ kind: 'text', value })));
    return this.#list(this.#slots.map(listOf));
  }

  #functionIndex(name: string): number {
    const index = this.#functions.get(name) ?? this.#functions.size;
    this.#functions.set(name, index);
    return index;
  }
}

function bitsOf(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

/**
 * Whether a pass may run in the same walk as the one before it, item by item, without a visible difference. There is
 * one if either pass reads more than one item, or depends on what the other leaves of a group.
 */
function canFollow(before: Pass, pass: Pass): boolean {
  const isOfItems = ({ resource, scope }: Pass): boolean => resource === undefined && scope === undefined;
  const shares = ({ item, part, exemplar }: Pass): boolean =>
    [item, part, exemplar].some(block => block?.sharedCache === true);
  if (shares(before) || shares(pass)) return false;
  return isOfItems(before) && isOfItems(pass) && !writesHeads(before) && !writesHeads(pass);
}

const ITEM = 2;

/** Whether a statement about an item changes the resource or scope that items share. */
function writesHeads({ item, part, exemplar }: Pass): boolean {
  return [item, part, exemplar].some(
    block => block?.action === 'execute' && block.rules.some(({ code }) => changesHead(code)),
  );
}

function changesHead(code: Code): boolean {
  if (code.op !== 'statement' || code.call.op !== 'call') return true;
  // Converters change nothing, and an editor changes only what its paths name.
  return code.call.args.some(arg => arg?.op === 'path' && (arg.record < ITEM || arg.record > ITEM + 3));
}
