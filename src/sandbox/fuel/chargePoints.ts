import { ByteReader, BULK_OPERATIONS, BULK_PREFIX, skipInstruction, CALLS, OP, THROWS } from '../../wasm';
import { readFunctionBody } from '../functionBody';

/**
 * A part of a function, and what running it once costs, at most: its bytes, which is about the time they take, and more
 * for calls and for what takes long.
 */
interface Part {
  cost: number;
}

/** The cost of a part is used: where a function begins, where it goes back to a loop, and where it continues after a call. */
export interface Charge {
  readonly kind: 'charge';
  readonly offset: number;
  readonly part: Part;
}

/** What has to be done at a place in a function's body. */
export type FuelPoint =
  | Charge
  /** In place of the instruction, which ends at `end`: call a function that does the same and charges by the length. */
  | { readonly kind: 'memory.copy' | 'memory.fill'; readonly offset: number; readonly end: number }
  /** The next instruction may take long, and is rare: check the clock. */
  | { readonly kind: 'look'; readonly offset: number };

/**
 * A function of at most this cost that calls nothing is free: whoever calls it pays for it, or this much where it is not
 * known yet what is called.
 */
export const CALL_COST = 256;
/** For instructions that leave the guest's code for the engine: exceptions. */
const SLOW_COST = 1_024;
/**
 * When a call has returned and more is left of the function, that is charged again. A recursion gets some 10,000 deep:
 * as many functions would all have been paid for before the first of them continues, and the clock would not be checked meanwhile.
 */
const MOST_PUT_OFF = 1_000;

/** As toolchains write them. In other forms they are no less correct, only slower. */
const FIRST_MEMORY_COPY = '252,10,0,0';
const FIRST_MEMORY_FILL = '252,11,0';

/** How to go over an instruction. Guests are large and this code runs once, cold: most are gone over without a call. */
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

/** Of a memory argument and of a block type: from here on they are more than the usual byte. */
const HAS_MEMORY_INDEX = 0x40;
const ONE_BYTE = 0x80;
const LOW_BITS = 0x7f;
const LONG_REFERENCES: readonly number[] = [0x63, 0x64];

/** A loop that is open, where its code begins, and what was charged besides bytes until then. */
interface Loop {
  readonly part: Part;
  readonly offset: number;
  readonly extra: number;
  /** What goes back to it cannot be charged, so it is charged whenever it begins. */
  isChargedAtHead: boolean;
}

/**
 * The points in a function's body. Code runs forward but for what goes back to a loop: so each byte that runs was paid for
 * where the function began, or with the loop around it where that was gone back to. `callCosts` has what a call costs its
 * caller, for each function before this one, and gets that of this one: most callees come before their callers.
 * Throws `GUEST_INVALID` for instructions that this host does not know.
 */
export function fuelPoints(body: ByteReader, callCosts: number[] = []): readonly FuelPoint[] {
  const { bytes, offset, end } = readFunctionBody(body).code;
  const whole: Part = { cost: 0 };
  const points: FuelPoint[] = [{ kind: 'charge', offset, part: whole }];
  const heads: { readonly loop: Loop; readonly point: Charge }[] = [];
  /** The blocks that are open; what branches to a loop goes back. */
  const labels: (Loop | undefined)[] = [];
  /** Where the function continues after a call; their costs begin as what is not left of the function. */
  const later = new Set<Charge>();
  let calls = false;
  /** `try_table` catches at the end of a block: of any, as far as is looked here. */
  let catchesAtEnds = false;
  /** What is charged besides bytes. */
  let extra = 0;
  /** The number of labels, from the outermost, already marked as targets of a backward branch: each is marked once. */
  let told = 0;
  const goesOn = (at: number): void => {
    const charge: Charge = { kind: 'charge', offset: at, part: { cost: offset - at - extra } };
    later.add(charge);
    points.push(charge);
  };
  const called = (at: number, cost = CALL_COST): void => {
    extra += cost;
    calls = true;
    goesOn(at);
  };
  const goesBackSomehow = (): void => {
    for (; told < labels.length; told++) {
      const label = labels[told];
      if (label !== undefined) label.isChargedAtHead = true;
    }
  };
  const ends = (): Loop | undefined => {
    const label = labels.pop();
    told = Math.min(told, labels.length);
    return label;
  };
  const behindAny = (start: number): number => {
    const code = new ByteReader(bytes, start, end);
    skipInstruction(code);
    return code.offset;
  };
  const behindBlockType = (at: number): number =>
    bytes[at] < ONE_BYTE && !LONG_REFERENCES.includes(bytes[at]) ? at + 1 : behindAny(at - 1);

  let at = offset;
  while (at < end) {
    const opcode = bytes[at++];
    switch (STEPS[opcode] as Step) {
      case Step.Plain:
        break;
      case Step.Number:
        while (bytes[at++] >= ONE_BYTE);
        break;
      case Step.Memory:
        if (bytes[at] < HAS_MEMORY_INDEX && bytes[at + 1] < ONE_BYTE) at += 2;
        else at = behindAny(at - 1);
        break;
      case Step.Branch: {
        const start = at - 1;
        const depth = bytes[at++];
        if (depth >= ONE_BYTE) {
          while (bytes[at++] >= ONE_BYTE);
          goesBackSomehow();
          break;
        }
        const loop = labels[labels.length - 1 - depth];
        if (loop !== undefined) points.push({ kind: 'charge', offset: start, part: loop.part });
        break;
      }
      case Step.Block:
        labels.push(undefined);
        at = behindBlockType(at);
        break;
      case Step.Loop: {
        at = behindBlockType(at);
        const loop: Loop = { part: { cost: 0 }, offset: at, extra, isChargedAtHead: false };
        labels.push(loop);
        const point: Charge = { kind: 'charge', offset: at, part: loop.part };
        heads.push({ loop, point });
        points.push(point);
        break;
      }
      case Step.End: {
        const loop = ends();
        if (loop !== undefined) loop.part.cost = at - loop.offset + extra - loop.extra;
        if (catchesAtEnds && at < end) goesOn(at);
        break;
      }
      case Step.Call: {
        let callee = bytes[at] & LOW_BITS;
        for (let shift = 7; bytes[at++] >= ONE_BYTE; shift += 7) callee |= (bytes[at] & LOW_BITS) << shift;
        called(at, callCosts[callee]);
        break;
      }
      case Step.Other: {
        const start = at - 1;
        at = behindAny(start);
        if (opcode === BULK_PREFIX) {
          const point = bulkPoint(bytes, start, at);
          if (point !== undefined) points.push(point);
        } else if (CALLS.includes(opcode)) {
          called(at);
        } else if (opcode === OP.memoryGrow) points.push({ kind: 'look', offset: start });
        else if (THROWS.includes(opcode)) extra += SLOW_COST;
        else if (opcode === OP.catch || opcode === OP.catchAll) {
          goesOn(at);
        } else if (opcode === OP.brTable) {
          const loop = outermostLoop(new ByteReader(bytes, start + 1, at), labels);
          if (loop !== undefined) points.push({ kind: 'charge', offset: start, part: loop.part });
        } else if (opcode === OP.brOnNull || opcode === OP.brOnNonNull) {
          goesBackSomehow();
        } else if (opcode === OP.tryTable) {
          goesBackSomehow();
          labels.push(undefined);
          catchesAtEnds = true;
        } else if (opcode === OP.delegate) ends();
      }
    }
  }
  if (at !== end || labels.length > 0)
    throw new ByteReader(bytes, at).invalid('a function does not end where it should');
  whole.cost = end - offset + extra;
  for (const { part } of later) part.cost += whole.cost;
  const left = new Set<FuelPoint>();
  for (const charge of later) if (charge.part.cost <= MOST_PUT_OFF) left.add(charge);
  for (const { loop, point } of heads) if (!loop.isChargedAtHead) left.add(point);
  const isFree = !calls && whole.cost <= CALL_COST;
  if (isFree) left.add(points[0]);
  callCosts.push(isFree ? whole.cost : 0);
  return left.size === 0 ? points : points.filter(point => !left.has(point));
}

/** The outermost of the loops that a `br_table` may go back to: it costs the most. */
function outermostLoop(targets: ByteReader, labels: readonly (Loop | undefined)[]): Loop | undefined {
  let outermost = labels.length;
  // One more than it says: the default stands behind them.
  for (let left = targets.u32(); left >= 0; left--) {
    const label = labels.length - 1 - targets.u32();
    if (label < outermost && labels[label] !== undefined) outermost = label;
  }
  return labels[outermost];
}

function bulkPoint(bytes: Uint8Array, offset: number, end: number): FuelPoint | undefined {
  // The number is LEB128, perhaps of more bytes than it needs: its low 7 bits are in the first.
  if (!BULK_OPERATIONS.has(bytes[offset + 1] & LOW_BITS)) return undefined;
  const form = bytes.subarray(offset, end).join();
  if (form === FIRST_MEMORY_COPY) return { kind: 'memory.copy', offset, end };
  if (form === FIRST_MEMORY_FILL) return { kind: 'memory.fill', offset, end };
  return { kind: 'look', offset };
}
