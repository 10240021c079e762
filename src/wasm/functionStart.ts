import { ByteReader } from './reader';
import { SECTION } from './module';

const HEADER_BYTES = 8;

/** Offset in the file of the body of the `index`-th function of the code section. */
export function functionStart(bytes: Uint8Array, index: number): number | undefined {
  const reader = new ByteReader(bytes, HEADER_BYTES);
  while (!reader.done) {
    const isCode = reader.byte() === SECTION.code;
    const section = reader.section(reader.u32());
    if (!isCode) continue;
    const count = section.count();
    for (let each = 0; each < count; each++) {
      const body = section.section(section.u32());
      if (each === index) return body.offset;
    }
  }
  return undefined;
}
