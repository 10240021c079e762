// More than 250 lines: one class, whose searches and replacements share the compiled pattern and its groups.
import { Json } from '../json';
import { Region } from '../memory';
import { fail } from '../host';
import { Text } from '../text';
import { programOf } from './configured';
import { NONE, attempt, exhaustedAt, forward, foundStart, reverse } from './dfa';
import { capture } from './onePass';
import { UNSET, reserveScratch, run } from './pike';
import * as layout from './program';
import { Groups } from './groups';
import { Replacement } from './replacement';
import { afterRune } from './rune';

/** The last result of `replaceAll`. */
const output = new Region();
const result = new Text();

/**
 * A regular expression with RE2's syntax, for UTF-8 in place. `Pattern.of('...')` is compiled when the guest is built.
 * Matching allocates nothing and takes linear time for every text:
 *
 * ```ts
 * const USER = Pattern.of('/users/([0-9]+)');            // once
 *
 * if (USER.find(span.name)) id = USER.group(1);          // per span
 * ```
 *
 * The positions and groups of a match stay valid until the next call, as long as the text stays in place.
 */
export class Pattern extends Groups {
  /** The number of groups, including the whole match (0). */
  groupCount: u32;
  private start: usize = 0;
  private end: usize = 0;
  /** The last match: addresses; NONE without one. */
  private first: usize = NONE;
  private last: usize = NONE;
  /** Where the next search begins; past the end when there is none. */
  private onward: usize = 0;
  /** The end of the previous match: an empty match there does not count. */
  private previous: usize = NONE;
  /** Whether the slots belong to the last match. */
  private known: bool = false;
  private slots: StaticArray<u32>;
  private view: Text = new Text();

  private constructor(private program: usize) {
    super();
    if (layout.magic(program) != layout.MAGIC) throw new Error('not a compiled pattern of this version');
    const count = layout.groups(program);
    this.groupCount = count;
    this.slots = new StaticArray<u32>(2 * count);
    reserveScratch(program);
  }

  /**
   * Compiles a pattern at build time, so `source` must be a literal. A pattern that is not RE2 syntax fails the
   * build, with its position.
   */
  static of(source: string): Pattern {
    throw new Error('Pattern.of takes a literal, got ' + source);
  }

  /** A pattern that `compileRegex` of `otelwasm/rules` compiled. The bytes must stay in place. */
  static load(program: usize): Pattern {
    return new Pattern(program);
  }

  /**
   * A pattern from the configuration: the program of `compileRegex` in Base64. For anything else `start()` fails and
   * the result is null.
   */
  static ofConfig(value: Json): Pattern | null {
    const program = programOf(value.string());
    if (program != 0) return new Pattern(program);
    value.expected('a pattern compiled by compileRegex of this version, in Base64');
    return null;
  }

  /** Texts of which every match contains one, for a `Prefilter`; empty when none are known. */
  get literals(): Text[] {
    const texts = new Array<Text>(layout.literalCount(this.program));
    let at = layout.literals(this.program);
    for (let i = 0; i < texts.length; i++) {
      const size: usize = load<u16>(at);
      texts[i] = new Text().bind(at + 2, size);
      at += 2 + size;
    }
    return texts;
  }

  /** True when there is a match anywhere in the text. It does not become the last match. */
  test(text: Text): bool {
    this.bind(text.pointer, text.size);
    const program = this.program;
    const start = this.start;
    const end = this.end;
    if (layout.attemptTable(program) != program) {
      if (attempt(program, start, start, end) != NONE) return true;
      if (exhaustedAt == NONE) return false;
    }
    return layout.hasForward(program) ? forward(program, start, start, end, true) != NONE : this.search(start);
  }

  /** Finds the first match. False when there is none. */
  find(text: Text): bool {
    return this.findIn(text.pointer, text.size);
  }

  /** `find` in `size` bytes at `pointer`. */
  findIn(pointer: usize, size: usize): bool {
    this.bind(pointer, size);
    return this.findNext();
  }

  /**
   * Finds the next match in the text, at or after the end of the last one. It skips an empty match right after
   * another match.
   */
  findNext(): bool {
    const end = this.end;
    while (this.onward <= end) {
      if (!this.search(this.onward)) break;
      const last = this.last;
      const accepted = last != this.onward || this.first != this.previous;
      this.onward = last != this.onward ? last : last < end ? afterRune(last, end) : end + 1;
      this.previous = last;
      if (accepted) return true;
    }
    this.onward = end + 1;
    this.first = NONE;
    return false;
  }

  /**
   * The text with every match replaced, valid until the next call; null when there is no match. Copy the `Text` to
   * keep it.
   */
  replaceAll(text: Text, replacement: Replacement): Text | null {
    if (!this.find(text)) return null;
    output.length = 0;
    let from = this.start;
    do {
      if (!output.append(from, this.first - from) || !replacement.append(this, output)) return noMemory();
      from = this.last;
    } while (this.findNext());
    if (!output.append(from, this.end - from)) return noMemory();
    return result.bind(output.pointer, output.length);
  }

  /** The beginning of the last match, in bytes from the beginning of the text. */
  get matchStart(): usize {
    return this.first - this.start;
  }

  /** The byte after the last match. */
  get matchEnd(): usize {
    return this.last - this.start;
  }

  /** True when the last match set the group, even to an empty text. */
  has(group: u32): bool {
    return this.slot(2 * group) != UNSET;
  }

  /**
   * The text of a group, 0 for the whole match; empty when the group did not take part. The view is reused by the
   * next call.
   */
  group(group: u32): Text {
    const from = this.slot(2 * group);
    if (from == UNSET) return this.view.bind(this.start, 0);
    return this.view.bind(this.start + from, this.slot(2 * group + 1) - from);
  }

  /** @internal The start (even index) or end (odd index) of a group in the text; UNSET when it did not take part. */
  slot(index: u32): u32 {
    if (this.first == NONE || index >= 2 * this.groupCount) return UNSET;
    if (index < 2) return <u32>((index == 0 ? this.first : this.last) - this.start);
    if (!this.known) this.capture();
    return unchecked(this.slots[index]);
  }

  /** The group with that name that the last match set, else any group with that name; -1 when there is none. */
  named(pointer: usize, size: usize): i32 {
    let found = -1;
    let at = layout.names(this.program);
    for (let left = layout.nameCount(this.program); left > 0; left--) {
      const length: usize = load<u16>(at, 2);
      if (length == size && memory.compare(at + 4, pointer, size) == 0) {
        found = load<u16>(at);
        if (this.has(found)) return found;
      }
      at += 4 + length;
    }
    return found;
  }

  private bind(pointer: usize, size: usize): void {
    // Address 0 means "none", but an empty text may be at any address.
    this.start = size == 0 ? this.program : pointer;
    this.end = this.start + size;
    this.onward = this.start;
    this.first = this.previous = NONE;
  }

  private search(from: usize): bool {
    const program = this.program;
    const start = this.start;
    const end = this.end;
    this.known = false;
    this.first = NONE;
    if (layout.isAnchored(program) && from != start) return false;
    if (layout.attemptTable(program) != program) {
      this.last = attempt(program, start, from, end);
      if (this.last != NONE) {
        this.first = foundStart;
        return true;
      }
      if (exhaustedAt == NONE) return false;
      from = exhaustedAt;
    }
    if (layout.hasForward(program)) {
      const last = forward(program, start, from, end, false);
      if (last == NONE) return false;
      this.first = reverse(program, start, from, last, end);
      this.last = last;
      return true;
    }
    return this.machine(layout.searchOf(program), from, NONE);
  }

  /** Finds the groups of a match that a table has found. */
  private capture(): void {
    const program = this.program;
    if (layout.onePassTable(program) == program) {
      this.machine(layout.startOf(program), this.first, this.last);
      return;
    }
    capture(program, this.start, this.first, this.last, changetype<usize>(this.slots), 2 * this.groupCount);
    this.known = true;
  }

  private machine(instruction: u32, from: usize, last: usize): bool {
    const found = run(this.program, instruction, this.start, from, this.end, last, 2 * this.groupCount, changetype<usize>(this.slots));
    if (found == NONE) return false;
    this.first = this.start + unchecked(this.slots[0]);
    this.last = this.start + unchecked(this.slots[1]);
    this.known = true;
    return true;
  }
}

function noMemory(): Text | null {
  fail('out of memory: cannot allocate the result of replaceAll');
  return null;
}
