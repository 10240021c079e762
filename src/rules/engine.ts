import type { Naming } from '../abi';
import { joinBytes, leb128, ModuleSections, SECTION } from '../wasm';
import { ENGINES } from './engineText';
import { type EncodedProgram, PROGRAM_ADDRESS } from './program';
import { type EngineParts, PARTS_SECTION, prune } from './prune';

/** The section with the source rules of a module, for tools. It follows the engine's own section. */
export const RULES_SECTION = 'otelwasm.rules';

const I32_CONST = 0x41;
const END = 0x0b;
const ACTIVE = 0;

interface Engine {
  readonly wasm: Uint8Array;
  readonly parts: EngineParts;
}

const engines = new Map<Naming, Engine>();

/**
 * Adds the program to the data of the engine, or of the parts that the program needs. The result is one
 * self-contained module.
 */
export function addProgramToEngine(
  { bytes: program, functions }: EncodedProgram,
  naming: Naming,
  customSections: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const { wasm, parts } = readEngine(naming);
  const sections = new ModuleSections(wasm);
  sections.removeCustom(PARTS_SECTION);
  prune(sections, parts, functions);
  const head = [ACTIVE, I32_CONST, ...signedLeb128(PROGRAM_ADDRESS), END, ...leb128(program.length)];
  const segment = joinBytes([Uint8Array.from(head), program]);
  sections.append(SECTION.data, segment);
  if (sections.count(SECTION.dataCount) > 0) {
    sections.replace(SECTION.dataCount, Uint8Array.from(leb128(sections.count(SECTION.data))));
  }
  return joinBytes([
    sections.join(),
    ...Object.entries(customSections).flatMap(([name, text]) => customSection(name, text)),
  ]);
}

function customSection(name: string, text: string): Uint8Array[] {
  const nameBytes = Buffer.from(name);
  const payload = joinBytes([Uint8Array.from(leb128(nameBytes.length)), nameBytes, Buffer.from(text)]);
  return [Uint8Array.from([0, ...leb128(payload.length)]), payload];
}

/** The description in a module; undefined for one that was not compiled from rules. Throws `GUEST_INVALID`. */
export function readDescription(wasm: Uint8Array): string | undefined {
  return new ModuleSections(wasm).custom(RULES_SECTION);
}

function readEngine(naming: Naming): Engine {
  const known = engines.get(naming);
  if (known) return known;
  const wasm = ENGINES[naming]();
  const text = new ModuleSections(wasm).custom(PARTS_SECTION);
  const parts = JSON.parse(text ?? '{"names":[],"parts":[]}') as EngineParts;
  const engine = { wasm, parts };
  engines.set(naming, engine);
  return engine;
}

/** A number below 8192 as signed LEB128. */
function signedLeb128(value: number): number[] {
  return [(value & 0x7f) | 0x80, value >> 7];
}
