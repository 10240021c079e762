import { ByteReader } from './reader';
import { joinBytes, leb128 } from './writer';
import { SECTION } from './module';

const CUSTOM = 0;
const HEADER_BYTES = 8;
/** Each section is an object on the app's heap. A large Collector processor in Go has 19,229. */
const MAX_SECTIONS = 2 ** 18;

/** The order of sections in a module. It differs slightly from the order of their ids. */
const ORDER: readonly number[] = [
  SECTION.type,
  SECTION.import,
  SECTION.function,
  SECTION.table,
  SECTION.memory,
  SECTION.tag,
  SECTION.global,
  SECTION.export,
  SECTION.start,
  SECTION.element,
  SECTION.dataCount,
  SECTION.code,
  SECTION.data,
];

interface Section {
  readonly id: number;
  readonly payload: Uint8Array;
}

/** A module split into its sections, to be joined again with changes. Throws `GUEST_INVALID`. */
export class ModuleSections {
  #sections: Section[] = [];

  constructor(bytes: Uint8Array) {
    const reader = new ByteReader(bytes, HEADER_BYTES);
    while (!reader.done) {
      if (this.#sections.length === MAX_SECTIONS)
        throw reader.invalid(`it has more than ${MAX_SECTIONS} sections`);
      const id = reader.byte();
      this.#sections.push({ id, payload: reader.take(reader.u32()) });
    }
  }

  /** A reader of the section's payload. The payload is empty if the module has no such section. */
  read(id: number): ByteReader {
    return new ByteReader(this.#sections.find(section => section.id === id)?.payload ?? new Uint8Array());
  }

  /** The text of the custom section with this name; undefined without one. */
  custom(name: string): string | undefined {
    for (const { id, payload } of this.#sections) {
      if (id !== CUSTOM) continue;
      const reader = new ByteReader(payload);
      if (reader.name() === name) return Buffer.from(payload.subarray(reader.offset)).toString();
    }
    return undefined;
  }

  /** The number of entries in a section that is a list. */
  count(id: number): number {
    const reader = this.read(id);
    return reader.done ? 0 : reader.u32();
  }

  replace(id: number, payload: Uint8Array): void {
    const section = { id, payload };
    const at = this.#sections.findIndex(other => other.id === id);
    if (at >= 0) this.#sections[at] = section;
    else this.#sections.splice(this.#placeOf(id), 0, section);
  }

  /** Appends entries to a section that is a list, and creates the section if it is missing. Returns the index of the first one. */
  append(id: number, ...entries: readonly ArrayLike<number>[]): number {
    const reader = this.read(id);
    const count = reader.done ? 0 : reader.u32();
    this.replace(
      id,
      joinBytes([
        Uint8Array.from(leb128(count + entries.length)),
        reader.bytes.subarray(reader.offset),
        ...entries.map(entry => Uint8Array.from(entry)),
      ]),
    );
    return count;
  }

  removeCustom(name: string): void {
    this.#sections = this.#sections.filter(
      ({ id, payload }) => id !== CUSTOM || new ByteReader(payload).name() !== name,
    );
  }

  remove(id: number): void {
    this.#sections = this.#sections.filter(section => section.id !== id);
  }

  join(): Uint8Array<ArrayBuffer> {
    const parts = this.#sections.flatMap(({ id, payload }) => [
      Uint8Array.from([id, ...leb128(payload.length)]),
      payload,
    ]);
    return joinBytes([Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0), ...parts]);
  }

  /** The position after all sections that must precede it. Custom sections may be anywhere. */
  #placeOf(id: number): number {
    const place = this.#sections.findIndex(
      other => other.id !== CUSTOM && ORDER.indexOf(other.id) > ORDER.indexOf(id),
    );
    return place >= 0 ? place : this.#sections.length;
  }
}
