/**
 * The Pike machine: follows all threads through the pattern at once, with the priorities of a backtracking engine,
 * each with its own groups. It takes one step per thread and character, and a known amount of memory.
 */
import { Region } from '../memory';
import { NONE } from './dfa';
import { LONGEST, SKIP, byteClasses, classOf, flags, instructionCount, instructions, scratchBytes, setBytes, sets } from './program';
import { Side, runeAt, sideAfter, sideBefore, width } from './rune';

const MATCH: u32 = 0;
const SET: u32 = 1;
const SPLIT: u32 = 2;
const SAVE: u32 = 3;

/** Kind, next, argument. */
const INSTRUCTION_BYTES: u32 = 6;

/** A slot without a position. */
export const UNSET: u32 = u32.MAX_VALUE;

const memory = new Region();
/** Steps of all threads since the start; tests for linear time count them. */
export let pikeSteps: u64 = 0;

/** Reserves memory for a pattern's matches. All patterns share it, because they never nest. */
export function reserveScratch(program: usize): void {
  if (!memory.reserve(<usize>scratchBytes(program))) throw new Error('out of memory: cannot allocate the matches of a pattern');
}

// The state of the machine, in module variables: it is not re-entrant.
let code: usize = 0;
let slotCount: u32 = 0;
/** Slots of the current thread. */
let slots: usize = 0;
let stack: usize = 0;
let bits: u32 = 0;
let base: usize = 0;

/** A list of threads: the position of each instruction in it, the instructions in order, their slots. */
@final @unmanaged class Ways {
  count: u32;
  sparse: usize;
  dense: usize;
  saved: usize;
}
const listA = heap.alloc(offsetof<Ways>());
const listB = heap.alloc(offsetof<Ways>());

function prepare(list: Ways, at: usize, count: usize): usize {
  list.count = 0;
  list.sparse = at;
  list.dense = at + 4 * count;
  list.saved = at + 8 * count;
  return list.saved + 4 * count * slotCount;
}

/**
 * Runs from instruction `first` at `from`. Returns the end of the match, or NONE. The slots, as offsets from `start`,
 * are at `found`. With `last`, the match must end there.
 */
export function run(
  program: usize,
  first: u32,
  start: usize,
  from: usize,
  end: usize,
  last: usize,
  wanted: u32,
  found: usize,
): usize {
  const count = instructionCount(program);
  const longest = (flags(program) & LONGEST) != 0;
  const classes = byteClasses(program);
  const setAt = sets(program);
  const setSize = setBytes(program);
  code = instructions(program);
  slotCount = wanted;
  base = start;
  let now = changetype<Ways>(listA);
  let next = changetype<Ways>(listB);
  slots = prepare(next, prepare(now, memory.pointer, count), count);
  stack = slots + 4 * slotCount;
  let matched = NONE;
  for (let i: u32 = 0; i < slotCount; i++) store<u32>(slots + (i << 2), UNSET);
  holdAt(from, start, end);
  follow(now, first, from);
  for (let at = from; now.count > 0; ) {
    let cls: u32 = 0;
    let after = at + 1;
    const open = at < end && at != last;
    if (open) {
      const byte: u32 = load<u8>(at);
      if (byte < 0x80) cls = load<u8>(classes + byte) & ~SKIP;
      else {
        cls = classOf(program, runeAt(at, end));
        after = at + width;
      }
      holdAt(after, start, end);
    }
    pikeSteps += now.count;
    for (let i: u32 = 0; i < now.count; i++) {
      const way = load<u32>(now.dense + (i << 2));
      const instruction = code + way * INSTRUCTION_BYTES;
      const kind: u32 = load<u16>(instruction);
      if (kind > SET) continue;
      const saved = now.saved + i * (slotCount << 2);
      if (longest && matched != NONE && load<u32>(saved) > load<u32>(found)) continue;
      if (kind == SET) {
        if (!open) continue;
        const set = setAt + load<u16>(instruction, 4) * setSize;
        if (!((load<u8>(set + (cls >> 3)) >> (cls & 7)) & 1)) continue;
        copySlots(slots, saved);
        follow(next, load<u16>(instruction, 2), after);
        continue;
      }
      if (last != NONE && at != last) continue;
      // Of two matches with the same start, the longer one or the one with higher priority counts.
      if (longest && matched != NONE && load<u32>(saved) == load<u32>(found) && at <= matched) continue;
      matched = at;
      copySlots(found, saved);
      if (!longest) break;
    }
    if (!open) break;
    const done = now;
    now = next;
    next = done;
    next.count = 0;
    at = after;
  }
  return matched;
}

@inline function copySlots(to: usize, from: usize): void {
  for (let i: u32 = 0; i < slotCount; i++) store<u32>(to + (i << 2), load<u32>(from + (i << 2)));
}

/** Determines the conditions that hold at a position. */
function holdAt(at: usize, start: usize, end: usize): void {
  const before = sideBefore(at, start);
  const after = sideAfter(at, end);
  bits = (before == Side.Word) != (after == Side.Word) ? 16 : 32;
  if (before == Side.Edge || before == Side.Newline) bits |= 1;
  if (after == Side.Edge || after == Side.Newline) bits |= 2;
  if (before == Side.Edge) bits |= 4;
  if (after == Side.Edge) bits |= 8;
}

/** Marks a stack entry that restores a slot. */
const RESTORE: u32 = 0x80000000;

/** Adds a thread and everything reachable from it without a character. */
function follow(list: Ways, first: u32, at: usize): void {
  let top = stack;
  let way = first;
  for (;;) {
    let place = load<u32>(list.sparse + (way << 2));
    if (place >= list.count || load<u32>(list.dense + (place << 2)) != way) {
      place = list.count++;
      store<u32>(list.sparse + (way << 2), place);
      store<u32>(list.dense + (place << 2), way);
      const instruction = code + way * INSTRUCTION_BYTES;
      const kind: u32 = load<u16>(instruction);
      const out: u32 = load<u16>(instruction, 2);
      const argument: u32 = load<u16>(instruction, 4);
      if (kind == SPLIT) {
        store<u32>(top, argument);
        top += 8;
        way = out;
        continue;
      } else if (kind == SAVE) {
        if (argument < slotCount) {
          const slot = slots + (argument << 2);
          store<u32>(top, argument | RESTORE);
          store<u32>(top, load<u32>(slot), 4);
          top += 8;
          store<u32>(slot, <u32>(at - base));
        }
        way = out;
        continue;
      } else if (kind <= SET) {
        copySlots(list.saved + place * (slotCount << 2), slots);
      } else if (argument & bits) {
        way = out;
        continue;
      }
    }
    do {
      if (top == stack) return;
      top -= 8;
      way = load<u32>(top);
      if (way & RESTORE) store<u32>(slots + ((way & ~RESTORE) << 2), load<u32>(top, 4));
    } while (way & RESTORE);
  }
}
