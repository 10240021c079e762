import { OtelWasmError } from '../abi';
import { type ModuleSections, SECTION, type WasmModule } from '../wasm';
import { readFunctionBody } from './functionBody';

/**
 * Limits on the structure of a module. Each is several times what the largest modules of npm packages have, including
 * debug builds (docs/decisions/structural-limits.md). They refuse absurd modules; they do not bound the memory that
 * an engine uses for a module.
 */
export const STRUCTURAL_LIMITS = {
  /** Parameters of a function type; also its results. */
  typeValues: 64,
  /** Each function that is referenced is an object of some 250 bytes on the app's heap. */
  functions: 2 ** 18,
  /** Engines reserve some 10 GB of addresses for each memory, even a small one. */
  memories: 8,
  tables: 64,
  /** Locals of one function, parameters included. Engines have the same limit. */
  locals: 50_000,
  /** Locals of one function times the bytes of its code. Compilers keep a table of about that size. */
  localsTimesCodeBytes: 2 ** 33,
} as const;

/**
 * Throws `GUEST_INVALID` for a module that exceeds {@link STRUCTURAL_LIMITS}. One pass, in time linear in its size.
 */
export function checkStructuralLimits(module: ModuleSections, info: WasmModule): void {
  const { types, functions, memories, tables } = info;
  types.forEach(({ parameters, results }, index) => {
    const values = Math.max(parameters.length, results.length);
    if (values > STRUCTURAL_LIMITS.typeValues)
      throw tooMuch(`function type ${index} has ${values} parameters or results`, 'typeValues');
  });
  const counts = { functions: functions.length, memories: memories.length, tables: tables.length };
  for (const limit of ['functions', 'memories', 'tables'] as const)
    if (counts[limit] > STRUCTURAL_LIMITS[limit]) throw tooMuch(`it has ${counts[limit]} ${limit}`, limit);
  checkBodies(module, info);
}

function checkBodies(module: ModuleSections, { functions, imports }: WasmModule): void {
  const section = module.read(SECTION.code);
  if (section.done) return;
  let index = imports.filter(({ kind }) => kind === 'function').length;
  for (let left = section.count(); left > 0; left--, index++) {
    const { locals: declared, code } = readFunctionBody(section.section(section.u32()));
    const locals = declared + (functions[index]?.parameters.length ?? 0);
    const bytes = code.end - code.offset;
    if (locals > STRUCTURAL_LIMITS.locals) throw tooMuch(`function ${index} has ${locals} locals`, 'locals');
    if (locals * bytes > STRUCTURAL_LIMITS.localsTimesCodeBytes)
      throw tooMuch(
        `function ${index} has ${locals} locals and ${bytes} bytes of code`,
        'localsTimesCodeBytes',
      );
  }
}

function tooMuch(what: string, limit: keyof typeof STRUCTURAL_LIMITS): OtelWasmError {
  const limited = limit === 'localsTimesCodeBytes' ? 'the limit of their product is' : 'the limit is';
  return new OtelWasmError('GUEST_INVALID', `${what}: ${limited} ${STRUCTURAL_LIMITS[limit]}`);
}
