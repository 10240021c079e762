// More than 250 lines: one pass over a function, whose steps share the open blocks and the charges found so far.
import { ByteReader, BULK_OPERATIONS, BULK_PREFIX, skipInstruction, CALLS, OP, THROWS } from '../../wasm';
import { readFunctionBody } from '../functionBody';

/** A part of a function. `cost` is the most that one run costs: its bytes, a measure of time, plus calls and slow steps. */
interface Part {
  cost: number;
}

/** Charges the cost of a part: at the start of a function, at a backward branch to a loop, and after a call returns. */
export interface Charge {
  readonly kind: 'charge';
  readonly offset: number;
  readonly part: Part;
}

/** Code to insert at an offset in a function's body. */
export type FuelPoint =
  | Charge
  /** Replaces the instruction, which ends at `end`, with a call of a function that does the same and charges by length. */
  | { readonly kind: 'memory.copy' | 'memory.fill'; readonly offset: number; readonly end: number }
  /** Checks the clock, because the next instruction may take long. Such instructions are rare. */
  | { readonly kind: 'check-clock'; readonly offset: number };

/**
 * A function without calls that costs at most this much does not charge. Its callers pay its cost instead, or this
 * constant if the callee is not known yet.
 */
export const CALL_COST = 256;
/** The extra cost of instructions that run in the engine instead of the guest's code: exceptions. */
const SLOW_COST = 1_024;
/**
 * After a call returns, the rest of the function is charged again if it costs more than this. Otherwise a recursion, which
 * can be about 10,000 calls deep, would pay for all its functions on the way down, and the clock would not be checked
 * while they all finish.
 */
const MAX_UNCHARGED_REST = 1_000;

/** The encodings that toolchains write. Other encodings are handled correctly too, but more slowly. */
const FIRST_MEMORY_COPY = '252,10,0,0';
const FIRST_MEMORY_FILL = '252,11,0';

/** How to skip an instruction. Up to `Memory` they are skipped in one small loop. */
const enum Step {
  Plain,
  Number,
  Memory,
  Branch,
  Block,
  Loop,
  End,
  Call,
  Other,
}
const STEPS = new Uint8Array(256).fill(Step.Other);
const ROWS: [first: number, last: number, step: Step][] = [
  [0x00, 0x01, Step.Plain], // unreachable, nop
  [0x02, 0x02, Step.Block],
  [0x03, 0x03, Step.Loop],
  [0x04, 0x04, Step.Block], // if
  [0x05, 0x05, Step.Plain], // else
  [0x06, 0x06, Step.Block], // try
  [0x0b, 0x0b, Step.End],
  [0x0c, 0x0d, Step.Branch], // br, br_if
  [0x0f, 0x0f, Step.Plain], // return
  [0x10, 0x10, Step.Call],
  [0x1a, 0x1b, Step.Plain], // drop, select
  [0x20, 0x24, Step.Number], // local.*, global.*
  [0x28, 0x3e, Step.Memory], // loads and stores
  [0x41, 0x42, Step.Number], // i32.const, i64.const
  [0x45, 0xc4, Step.Plain], // numbers
];
for (const [first, last, step] of ROWS) STEPS.fill(step, first, last + 1);

/** Limits for a memory argument and a block type: from these values on, they take more than the usual byte. */
const HAS_MEMORY_INDEX = 0x40;
const ONE_BYTE = 0x80;
const LOW_BITS = 0x7f;
const LONG_REFERENCES: readonly number[] = [0x63, 0x64];

/** An open loop, the offset of its code, and the extra costs of the function before it. */
interface Loop {
  readonly part: Part;
  readonly offset: number;
  readonly extra: number;
  /** A backward branch to it cannot be charged, so each iteration is charged at its beginning. */
  isChargedAtHead: boolean;
}

/**
 * Returns the points in a function's body. Only branches to loops go backward. So each byte that runs was paid for at the
 * start of the function, or, with its loop, at a backward branch. `callCosts` has the cost of a call to each earlier
 * function for its caller, and this function's cost is appended: most callees come before their callers.
 * Throws `GUEST_INVALID` for instructions that this host does not know.
 */
export function fuelPoints(body: ByteReader, callCosts: number[] = []): readonly FuelPoint[] {
  const { bytes, offset, end } = readFunctionBody(body).code;
  const total: Part = { cost: 0 };
  const points: FuelPoint[] = [{ kind: 'charge', offset, part: total }];
  const heads: { readonly loop: Loop; readonly point: Charge }[] = [];
  /** The open blocks. A branch to a loop goes backward. */
  const labels: (Loop | undefined)[] = [];
  /** Charges after calls. Until the total is known, their cost is minus the cost of the code before them. */
  const restCharges = new Set<Charge>();
  let hasCalls = false;
  /** `try_table` continues at the end of a block when it catches. This code does not determine which, so it assumes any. */
  let catchesAtEnds = false;
  /** Costs besides bytes. */
  let extra = 0;
  /** The number of labels, from the outermost, that `markBackwardTargets` has marked: each is marked once. */
  let marked = 0;
  const chargeAgainAt = (at: number): void => {
    const charge: Charge = { kind: 'charge', offset: at, part: { cost: offset - at - extra } };
    restCharges.add(charge);
    points.push(charge);
  };
  const addCall = (at: number, cost = CALL_COST): void => {
    extra += cost;
    hasCalls = true;
    chargeAgainAt(at);
  };
  /** For branches whose targets are not read: any open loop may be one. */
  const markBackwardTargets = (): void => {
    for (; marked < labels.length; marked++) {
      const label = labels[marked];
      if (label !== undefined) label.isChargedAtHead = true;
    }
  };
  const closeBlock = (): Loop | undefined => {
    const label = labels.pop();
    marked = Math.min(marked, labels.length);
    return label;
  };
  const afterInstruction = (start: number): number => {
    const code = new ByteReader(bytes, start, end);
    skipInstruction(code);
    return code.offset;
  };
  const afterBlockType = (at: number): number =>
    bytes[at] < ONE_BYTE && !LONG_REFERENCES.includes(bytes[at]) ? at + 1 : afterInstruction(at - 1);

  let at = skipUnbranched(bytes, offset, end);
  while (at < end) {
    const opcode = bytes[at++];
    switch (STEPS[opcode] as Step) {
      case Step.Memory:
        at = afterInstruction(at - 1);
        break;
      case Step.Branch: {
        const start = at - 1;
        const depth = bytes[at++];
        if (depth >= ONE_BYTE) {
          while (bytes[at++] >= ONE_BYTE);
          markBackwardTargets();
          break;
        }
        const loop = labels[labels.length - 1 - depth];
        if (loop !== undefined) points.push({ kind: 'charge', offset: start, part: loop.part });
        break;
      }
      case Step.Block:
        labels.push(undefined);
        at = afterBlockType(at);
        break;
      case Step.Loop: {
        at = afterBlockType(at);
        const loop: Loop = { part: { cost: 0 }, offset: at, extra, isChargedAtHead: false };
        labels.push(loop);
        const point: Charge = { kind: 'charge', offset: at, part: loop.part };
        heads.push({ loop, point });
        points.push(point);
        break;
      }
      case Step.End: {
        const loop = closeBlock();
        if (loop !== undefined) loop.part.cost = at - loop.offset + extra - loop.extra;
        if (catchesAtEnds && at < end) chargeAgainAt(at);
        break;
      }
      case Step.Call: {
        let callee = bytes[at] & LOW_BITS;
        for (let shift = 7; bytes[at++] >= ONE_BYTE; shift += 7) callee |= (bytes[at] & LOW_BITS) << shift;
        addCall(at, callCosts[callee]);
        break;
      }
      case Step.Other: {
        const start = at - 1;
        at = afterInstruction(start);
        if (opcode === BULK_PREFIX) {
          const point = bulkPoint(bytes, start, at);
          if (point !== undefined) points.push(point);
        } else if (CALLS.includes(opcode)) {
          addCall(at);
        } else if (opcode === OP.memoryGrow) points.push({ kind: 'check-clock', offset: start });
        else if (THROWS.includes(opcode)) extra += SLOW_COST;
        else if (opcode === OP.catch || opcode === OP.catchAll) {
          chargeAgainAt(at);
        } else if (opcode === OP.brTable) {
          const loop = outermostLoop(new ByteReader(bytes, start + 1, at), labels);
          if (loop !== undefined) points.push({ kind: 'charge', offset: start, part: loop.part });
        } else if (opcode === OP.brOnNull || opcode === OP.brOnNonNull) {
          markBackwardTargets();
        } else if (opcode === OP.tryTable) {
          markBackwardTargets();
          labels.push(undefined);
          catchesAtEnds = true;
        } else if (opcode === OP.delegate) closeBlock();
      }
    }
    at = skipUnbranched(bytes, at, end);
  }
  if (at !== end || labels.length > 0)
    throw new ByteReader(bytes, at).invalid('the end of a function does not match its size');
  total.cost = end - offset + extra;
  for (const { part } of restCharges) part.cost += total.cost;
  const omitted = new Set<FuelPoint>();
  for (const charge of restCharges) if (charge.part.cost <= MAX_UNCHARGED_REST) omitted.add(charge);
  for (const { loop, point } of heads) if (!loop.isChargedAtHead) omitted.add(point);
  const isFree = !hasCalls && total.cost <= CALL_COST;
  if (isFree) omitted.add(points[0]);
  callCosts.push(isFree ? total.cost : 0);
  return omitted.size === 0 ? points : points.filter(point => !omitted.has(point));
}

/**
 * Skips instructions that do not matter here, as most do not. A separate function, because its loop is short: the
 * engine counts the size of a loop for each iteration, and would soon optimize all of `fuelPoints`, for 30 ms of CPU.
 */
function skipUnbranched(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const step = STEPS[bytes[at]] as Step;
    if (step > Step.Memory || (step === Step.Memory && bytes[at + 1] >= HAS_MEMORY_INDEX)) return at;
    at += step === Step.Memory ? 2 : 1;
    if (step !== Step.Plain) while (bytes[at++] >= ONE_BYTE);
  }
  return at;
}

/** The outermost loop among the targets of a `br_table`, which costs the most. */
function outermostLoop(targets: ByteReader, labels: readonly (Loop | undefined)[]): Loop | undefined {
  let outermost = labels.length;
  // The default target follows the counted ones.
  for (let left = targets.u32(); left >= 0; left--) {
    const label = labels.length - 1 - targets.u32();
    if (label < outermost && labels[label] !== undefined) outermost = label;
  }
  return labels[outermost];
}

function bulkPoint(bytes: Uint8Array, offset: number, end: number): FuelPoint | undefined {
  // The number is LEB128, perhaps padded. Its low 7 bits are in the first byte.
  if (!BULK_OPERATIONS.has(bytes[offset + 1] & LOW_BITS)) return undefined;
  const form = bytes.subarray(offset, end).join();
  if (form === FIRST_MEMORY_COPY) return { kind: 'memory.copy', offset, end };
  if (form === FIRST_MEMORY_FILL) return { kind: 'memory.fill', offset, end };
  return { kind: 'check-clock', offset };
}
