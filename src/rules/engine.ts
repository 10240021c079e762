import type { Naming } from '../abi';
import { joinBytes, leb128, ModuleSections, SECTION } from '../wasm';
import { ENGINES } from './engineText';
import { PROGRAM_ADDRESS } from './program';

/** Behind the module's own section: what the module was made from, for those who look at it. */
export const RULES_SECTION = 'otelwasm.rules';

const I32_CONST = 0x41;
const END = 0x0b;
const ACTIVE = 0;

const engines = new Map<Naming, Uint8Array>();

/** The engine with the program in its data: a module of its own. */
export function putIntoEngine(
  program: Uint8Array,
  naming: Naming,
  description: string,
): Uint8Array<ArrayBuffer> {
  const sections = new ModuleSections(readEngine(naming));
  const segment = [
    ACTIVE,
    I32_CONST,
    ...signedLeb128(PROGRAM_ADDRESS),
    END,
    ...leb128(program.length),
    ...program,
  ];
  sections.append(SECTION.data, segment);
  if (sections.count(SECTION.dataCount) > 0) {
    sections.replace(SECTION.dataCount, Uint8Array.from(leb128(sections.count(SECTION.data))));
  }
  const name = Buffer.from(RULES_SECTION);
  const text = Buffer.from(description);
  const payload = joinBytes([Uint8Array.from(leb128(name.length)), name, text]);
  return joinBytes([sections.join(), Uint8Array.from([0, ...leb128(payload.length)]), payload]);
}

/** The description of a module; nothing for one that was not made from rules. Throws `GUEST_INVALID`. */
export function readDescription(wasm: Uint8Array): string | undefined {
  return new ModuleSections(wasm).custom(RULES_SECTION);
}

function readEngine(naming: Naming): Uint8Array {
  const known = engines.get(naming);
  if (known) return known;
  const bytes = new Uint8Array(Buffer.from(ENGINES[naming](), 'base64'));
  engines.set(naming, bytes);
  return bytes;
}

/** A number below 8192, signed. */
function signedLeb128(value: number): number[] {
  return [(value & 0x7f) | 0x80, value >> 7];
}
