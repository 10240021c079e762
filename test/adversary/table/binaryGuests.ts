import { leb128 } from '../../../src/wasm/writer';
import { body, END, I32, list, moduleOf, section, times } from '../../sandbox/binary';

export const ZERO = [0x41, 0];
export const CALL = (index: number): number[] => [0x10, ...leb128(index)];
const name = (text: string): number[] => [text.length, ...Buffer.from(text)];

/** Functions of a guest that has these besides its own; `types` come behind `() -> ()`, `bodies` behind the ABI's. */
interface Extra {
  readonly types?: readonly Uint8Array[];
  readonly bodies: readonly { readonly type: number; readonly body: Uint8Array }[];
  /** What `consume_traces` does before it succeeds. */
  readonly consume: Uint8Array;
  readonly sections?: (firstIndex: number) => Readonly<Record<number, Uint8Array>>;
}

/** Index of the first function that is not the ABI's. */
export const FIRST = 5;

/** A guest in the binary format, of code that would be too long as text. */
export function binaryGuest({ types = [], bodies, consume, sections }: Extra): Uint8Array {
  const [none, toStatus, alloc, consuming] = [0, 1, 2, 3];
  const own = [
    { type: none, body: body(0) },
    { type: toStatus, body: body(0, Uint8Array.from(ZERO)) },
    { type: toStatus, body: body(0, Uint8Array.from(ZERO)) },
    { type: alloc, body: body(0, Uint8Array.of(0x41, ...leb128(1024), 0x41, 0, 0x6a)) },
    { type: consuming, body: body(0, consume, Uint8Array.from(ZERO)) },
  ];
  const all = [...own, ...bodies];
  const more = sections?.(FIRST) ?? {};
  const has = (id: number): Uint8Array[] => (more[id] === undefined ? [] : [more[id]]);
  return moduleOf(
    list(
      1,
      Uint8Array.of(0x60, 0, 0),
      Uint8Array.of(0x60, 0, 1, I32),
      Uint8Array.of(0x60, 1, I32, 1, I32),
      Uint8Array.of(0x60, 2, I32, I32, 1, I32),
      ...types,
    ),
    section(
      3,
      Uint8Array.from(leb128(all.length)),
      Buffer.concat(all.map(({ type }) => Uint8Array.from(leb128(type)))),
    ),
    ...has(4),
    more[5] ?? list(5, Uint8Array.of(0, 16)),
    list(
      7,
      Buffer.from([...name('memory'), 2, 0]),
      Buffer.from([...name('abi_version_v1'), 0, 0]),
      Buffer.from([...name('start'), 0, 1]),
      Buffer.from([...name('shutdown'), 0, 2]),
      Buffer.from([...name('alloc'), 0, 3]),
      Buffer.from([...name('consume_traces'), 0, 4]),
    ),
    ...has(9),
    section(10, Uint8Array.from(leb128(all.length)), Buffer.concat(all.map(one => one.body))),
  );
}

export const many = <T>(count: number, one: T): T[] => new Array<T>(count).fill(one);
export const plain = (content: Uint8Array): { type: number; body: Uint8Array } => ({
  type: 0,
  body: content,
});
export const calls = (count: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, index) => Uint8Array.from(CALL(FIRST + index))));
/** A type of that many i32. */
export const wide = (parameters: number, results: number): Buffer =>
  Buffer.concat([
    Uint8Array.of(0x60, ...leb128(parameters)),
    times(parameters, I32),
    Uint8Array.from(leb128(results)),
    times(results, I32),
  ]);

export const nestedBlocks = (count: number): Buffer =>
  body(0, times(count, 0x02, 0x40), times(count, ...ZERO, 0x0d, 0x80, 0x01, END));
export const loops = (locals: number, count: number): Buffer => body(locals, times(count, 0x03, 0x40, END));
export const setsLocals = (locals: number, count: number): Buffer =>
  body(
    locals,
    times(count, 0x03, 0x40),
    Buffer.concat(
      Array.from({ length: locals }, (_, local) => Uint8Array.of(...ZERO, 0x21, ...leb128(local))),
    ),
    times(count, END),
  );
