import { joinBytes, leb128, type ModuleSections, SECTION } from '../wasm';

/**
 * The engine's own section: the function bodies that only some OTTL functions need. scripts/engine-parts.mjs writes
 * it.
 */
export const PARTS_SECTION = 'otelwasm.parts';

export interface EngineParts {
  readonly names: readonly string[];
  /** Indexes of names, and indexes of bodies that only these functions need. */
  readonly parts: readonly (readonly [names: readonly number[], bodies: readonly number[]])[];
}

/** A body without locals that traps. Nothing calls it. */
const STUB = Uint8Array.of(3, 0, 0x00, 0x0b);

/**
 * Removes the bodies that only other functions of OTTL need: two thirds of the engine for most rules. Indexes stay
 * the same, because a stub that traps replaces each body. Removes nothing if a function is unknown.
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
