/** Searches with tables: one lookup per character, without backtracking. */
import {
  DEAD,
  MATCHED,
  SKIP,
  attemptStart,
  attemptTable,
  byteClasses,
  classOf,
  endColumn,
  forwardStart,
  forwardTable,
  isAnchored,
  reverseStart,
  reverseTable,
} from './program';
import { Side, afterRune, runeAt, runeBefore, sideAfter, sideBefore, width } from './rune';

/** Nothing was found. */
export const NONE: usize = 0;

/** The start of the match. */
export let foundStart: usize = NONE;
/** Characters read since the start; tests for linear time count them. */
export let steps: u64 = 0;

/** Failed attempts may read each character this often on average before another search takes over. */
const ATTEMPT_FACTOR: usize = 16;
const ATTEMPT_LEAST: usize = 256;
/** Where another search must continue because attempts took too long; NONE if they did not. */
export let exhaustedAt: usize = NONE;

/**
 * Tries at each position from `from` on at which a match may begin. Returns the end of the first match, with its
 * beginning in `foundStart`. Returns NONE otherwise; `exhaustedAt` then says whether the search is complete.
 */
export function attempt(program: usize, start: usize, from: usize, end: usize): usize {
  const table = attemptTable(program);
  const classes = byteClasses(program);
  const atEnd = endColumn(program);
  let left = <isize>((end - from) * ATTEMPT_FACTOR + ATTEMPT_LEAST);
  exhaustedAt = NONE;
  const once = isAnchored(program);
  let first = from;
  while (true) {
    while (!once && first < end && load<u8>(classes + load<u8>(first)) & SKIP) first++;
    let row = attemptStart(program, sideBefore(first, start));
    let found = NONE;
    let at = first;
    while (row != DEAD) {
      if (at >= end) {
        if (load<u16>(table + row + atEnd) & MATCHED) found = end;
        break;
      }
      const byte: u32 = load<u8>(at);
      let next = at + 1;
      let cls: u32;
      if (byte < 0x80) cls = load<u8>(classes + byte) & ~SKIP;
      else {
        cls = classOf(program, runeAt(at, end));
        next = at + width;
      }
      const entry: u32 = load<u16>(table + row + (cls << 1));
      if (entry & MATCHED) found = at;
      row = entry & ~MATCHED;
      at = next;
    }
    steps += <u64>(at - first) + 1;
    if (found != NONE) {
      foundStart = first;
      return found;
    }
    if (first >= end || once) return NONE;
    left -= <isize>(at - first);
    first = afterRune(first, end);
    if (left < 0) break;
  }
  exhaustedAt = first;
  return NONE;
}

/** The end of the first match; NONE. With `some`: the position where a match is certain, which comes earlier. */
export function forward(program: usize, start: usize, from: usize, end: usize, some: bool): usize {
  const table = forwardTable(program);
  const classes = byteClasses(program);
  // Bytes to skip are marked for the search that runs first.
  const idle = attemptTable(program) == program ? forwardStart(program, Side.Other) : u32.MAX_VALUE;
  let row = forwardStart(program, sideBefore(from, start));
  let found = NONE;
  let at = from;
  while (row != DEAD) {
    if (row == idle) {
      while (at < end && load<u8>(classes + load<u8>(at)) & SKIP) at++;
    }
    if (at >= end) {
      if (load<u16>(table + row + endColumn(program)) & MATCHED) found = end;
      break;
    }
    const byte: u32 = load<u8>(at);
    let next = at + 1;
    let cls: u32;
    if (byte < 0x80) cls = load<u8>(classes + byte) & ~SKIP;
    else {
      cls = classOf(program, runeAt(at, end));
      next = at + width;
    }
    const entry: u32 = load<u16>(table + row + (cls << 1));
    if (entry & MATCHED) {
      found = at;
      if (some) break;
    }
    row = entry & ~MATCHED;
    at = next;
  }
  steps += <u64>(at - from) + 1;
  return found;
}

/** The beginning of the longest match that ends at `last` and does not begin before `from`. */
export function reverse(program: usize, start: usize, from: usize, last: usize, end: usize): usize {
  const table = reverseTable(program);
  const classes = byteClasses(program);
  let row = reverseStart(program, sideAfter(last, end));
  let found = last;
  let at = last;
  while (row != DEAD) {
    if (at == start) {
      if (load<u16>(table + row + endColumn(program)) & MATCHED) found = at;
      break;
    }
    const byte: u32 = load<u8>(at - 1);
    let before = at - 1;
    let cls: u32;
    if (byte < 0x80) cls = load<u8>(classes + byte) & ~SKIP;
    else {
      cls = classOf(program, runeBefore(at, start));
      before = at - width;
    }
    const entry: u32 = load<u16>(table + row + (cls << 1));
    if (entry & MATCHED) found = at;
    // The character before `from` only determines whether a match may begin there.
    if (at == from) break;
    row = entry & ~MATCHED;
    at = before;
  }
  steps += <u64>(last - at) + 1;
  return found;
}
