import { leb128 } from '../../src/wasm/writer';

/** Parts of modules in the binary format, for what text would be too long for. */

export const I32 = 0x7f;
export const END = 0x0b;

/** `code`, so many times. */
export function times(count: number, ...code: readonly number[]): Buffer {
  return Buffer.alloc(count * code.length, Buffer.from(code));
}

export function section(id: number, ...content: readonly Uint8Array[]): Buffer {
  const payload = Buffer.concat(content);
  return Buffer.concat([Uint8Array.of(id, ...leb128(payload.length)), payload]);
}

/** A section that is a list of entries. */
export function list(id: number, ...entries: readonly Uint8Array[]): Buffer {
  return section(id, Uint8Array.from(leb128(entries.length)), Buffer.concat(entries));
}

/** A function's entry in the code section. `code` ends without its last `end`. */
export function body(locals: number, ...code: readonly Uint8Array[]): Buffer {
  const declared = locals === 0 ? [0] : [1, ...leb128(locals), I32];
  const content = Buffer.concat([Uint8Array.from(declared), ...code, Uint8Array.of(END)]);
  return Buffer.concat([Uint8Array.from(leb128(content.length)), content]);
}

export function moduleOf(...sections: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat([Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0), ...sections]));
}

/** A module with one memory whose functions, `() -> ()`, have these bodies. */
export function functionsOf(...bodies: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return moduleOf(
    list(1, Uint8Array.of(0x60, 0, 0)),
    list(3, ...bodies.map(() => Uint8Array.of(0))),
    list(5, Uint8Array.of(0, 1)),
    list(10, ...bodies),
  );
}

/** {@link functionsOf} one and the same body, so many times. */
export function manyFunctionsOf(count: number, one: Uint8Array): Uint8Array<ArrayBuffer> {
  return moduleOf(
    list(1, Uint8Array.of(0x60, 0, 0)),
    section(3, Uint8Array.from(leb128(count)), new Uint8Array(count)),
    list(5, Uint8Array.of(0, 1)),
    section(10, Uint8Array.from(leb128(count)), times(count, ...one)),
  );
}
