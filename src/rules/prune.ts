import { joinBytes, leb128, type ModuleSections, SECTION } from '../wasm';

/** The engine's own section: which bodies only some functions of the language need. scripts/engine-parts.mjs writes it. */
export const PARTS_SECTION = 'otelwasm.parts';

export interface EngineParts {
  readonly names: readonly string[];
  /** Indexes of names, and indexes of bodies that only these need. */
  readonly parts: readonly (readonly [names: readonly number[], bodies: readonly number[]])[];
}

/** A body without locals that traps: nothing calls it. */
const STUB = Uint8Array.of(3, 0, 0x00, 0x0b);

/**
 * Leaves out what none of these functions of the language needs: two thirds of the engine for most rules. Indexes stay as they
 * are, since a body that goes is replaced by one that traps. Nothing goes when a function is not known.
 */
export function prune(
  sections: ModuleSections,
  { names, parts }: EngineParts,
  used: readonly string[],
): void {
  if (used.some(name => !names.includes(name))) return;
  const wanted = new Set(used.map(name => names.indexOf(name)));
  const dropped = new Set(
    parts.filter(([owners]) => !owners.some(owner => wanted.has(owner))).flatMap(([, bodies]) => bodies),
  );
  const reader = sections.read(SECTION.code);
  const count = reader.u32();
  const chunks: Uint8Array[] = [Uint8Array.from(leb128(count))];
  for (let index = 0; index < count; index++) {
    const from = reader.offset;
    reader.take(reader.u32());
    chunks.push(dropped.has(index) ? STUB : reader.bytes.subarray(from, reader.offset));
  }
  sections.replace(SECTION.code, joinBytes(chunks));
}
