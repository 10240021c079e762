import { compileRaw, type RawExports } from '../rawGuest';

/** The runtime of patterns with raw exports, and nothing of the ABI around it. */
const SOURCE = `
import { Pattern, Replacement } from '../../assembly/pattern';
import { Text } from '../../assembly/text';
import { steps } from '../../assembly/pattern/dfa';
import { pikeSteps } from '../../assembly/pattern/pike';

const patterns: Pattern[] = [];
const text = new Text();
const template = new Text();
let results: usize = heap.alloc(8 * 64);
export let size: usize = 0;

export function reserve(size: usize): usize { return heap.alloc(size); }
export function release(at: usize): void { heap.free(at); }
export function loadPattern(program: usize): i32 { patterns.push(Pattern.load(program)); return patterns.length - 1; }
export function forget(): void { patterns.length = 0; __collect(); }
export function test(pattern: i32, at: usize, size: usize): bool { return patterns[pattern].test(text.bind(at, size)); }
export function find(pattern: i32, at: usize, size: usize): bool { return patterns[pattern].find(text.bind(at, size)); }
export function findNext(pattern: i32): bool { return patterns[pattern].findNext(); }
export function slots(pattern: i32): usize {
  const found = patterns[pattern];
  for (let i: u32 = 0; i < 2 * found.groupCount; i++) store<u32>(results + (i << 2), found.slot(i));
  return results;
}
export function replaceAll(pattern: i32, at: usize, size_: usize, templateAt: usize, templateSize: usize): usize {
  const replacement = Replacement.ofText(template.bind(templateAt, templateSize));
  const replaced = patterns[pattern].replaceAll(text.bind(at, size_), replacement);
  if (replaced === null) { size = usize.MAX_VALUE; return 0; }
  size = replaced.size;
  return replaced.pointer;
}
export function stepsSoFar(): f64 { return <f64>(steps + pikeSteps); }
export function findMany(pattern: i32, at: usize, size: usize, times: i32): i32 {
  const found = patterns[pattern];
  text.bind(at, size);
  let count = 0;
  for (let i = 0; i < times; i++) count += i32(found.find(text));
  return count;
}
export function replaceMany(pattern: i32, at: usize, size_: usize, templateAt: usize, templateSize: usize, times: i32): i32 {
  const replacement = Replacement.ofText(template.bind(templateAt, templateSize));
  text.bind(at, size_);
  let count = 0;
  for (let i = 0; i < times; i++) count += i32(patterns[pattern].replaceAll(text, replacement) !== null);
  return count;
}
`;

type Exports = RawExports & { size: WebAssembly.Global };

/** Where a group begins and ends, in bytes; undefined for one that takes no part. */
export type Span = readonly [number, number] | undefined;

/** Runs compiled patterns over bytes, in the guests' own runtime. */
export class PatternGuest {
  readonly #exports: Exports;

  constructor() {
    const instance = new WebAssembly.Instance(compileRaw('pattern-guest', SOURCE), {});
    this.#exports = instance.exports as unknown as Exports;
  }

  load(program: Uint8Array): GuestPattern {
    return new GuestPattern(this, this.#exports.loadPattern(this.put(program)), program);
  }

  get exports(): Exports {
    return this.#exports;
  }

  /** Copies bytes into the guest. Those of a text lie at the end of their own piece of memory, as in a batch. */
  put(bytes: Uint8Array): number {
    const at = this.#exports.reserve(bytes.length || 1) >>> 0;
    new Uint8Array(this.#exports.memory.buffer).set(bytes, at);
    return at;
  }

  bytes(at: number, size: number): Uint8Array {
    return new Uint8Array(this.#exports.memory.buffer).slice(at >>> 0, (at >>> 0) + size);
  }
}

export class GuestPattern {
  readonly #groups: number;

  constructor(
    private readonly guest: PatternGuest,
    private readonly handle: number,
    program: Uint8Array,
  ) {
    this.#groups = new DataView(program.buffer, program.byteOffset).getUint32(12, true);
  }

  test(text: Uint8Array): boolean {
    return this.#over(text, at => this.guest.exports.test(this.handle, at, text.length)) !== 0;
  }

  /** All matches as Go's FindAllSubmatchIndex gives them, or the first ones. */
  findAll(text: Uint8Array, most = Infinity): Span[][] {
    return this.#over(text, at => {
      const { find, findNext } = this.guest.exports;
      const all: Span[][] = [];
      let more = find(this.handle, at, text.length) !== 0;
      while (more && all.length < most) {
        all.push(this.#spans());
        more = findNext(this.handle) !== 0;
      }
      return all;
    });
  }

  /** The text with all matches replaced; itself when there is none. */
  replaceAll(text: Uint8Array, template: Uint8Array): Uint8Array {
    return this.#over(text, at =>
      this.#over(template, templateAt => {
        const { replaceAll, size } = this.guest.exports;
        const replaced = replaceAll(this.handle, at, text.length, templateAt, template.length);
        return size.value === -1 ? text : this.guest.bytes(replaced, size.value as number);
      }),
    );
  }

  /** How many steps `run` takes. */
  steps(run: (pattern: GuestPattern) => unknown): number {
    const before = this.guest.exports.stepsSoFar();
    run(this);
    return this.guest.exports.stepsSoFar() - before;
  }

  #spans(): Span[] {
    const at = this.guest.exports.slots(this.handle) >>> 0;
    const slots = new Uint32Array(this.guest.exports.memory.buffer, at, 2 * this.#groups);
    return Array.from({ length: this.#groups }, (_, i) =>
      slots[2 * i] === 0xffffffff ? undefined : [slots[2 * i], slots[2 * i + 1]],
    );
  }

  #over<Result>(bytes: Uint8Array, run: (at: number) => Result): Result {
    const at = this.guest.put(bytes);
    const result = run(at);
    this.guest.exports.release(at);
    return result;
  }
}
