import { type Role, ROLES, type Signal, SIGNALS } from '../../abi';
import { DROPS_SECTION } from '../../pushdown';
import { checkStructuralLimits, grantedPages, limitMemory, PAGE_BYTES } from '../../sandbox';
import { addFuel } from '../../sandbox/fuel';
import { ModuleSections, type ModuleInterface, putLeb128, readModule } from '../../wasm';
import { validateAbi } from '../validate';

/** A shipped guest that `loadGuest` checked and bounded when the package was built. */
export interface PreparedGuest {
  /** The module with fuel, in base64. */
  readonly module: string;
  readonly imports: ModuleInterface['imports'];
  readonly exports: readonly (ModuleInterface['exports'] extends ReadonlyMap<string, infer E> ? E : never)[];
  /** The combinations it can be loaded for, each as `role signal`. */
  readonly serves: readonly string[];
  readonly minimumPages: number;
  /** Offset in the module at which the maximum of its memory is filled in. */
  readonly maximumOffset: number;
  readonly drops?: string;
}

/** The result of {@link limitedTo}. */
export interface BoundedModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly info: ModuleInterface;
  readonly drops?: string;
}

/**
 * The full range of 32-bit addresses. Its page count takes three bytes as LEB128, which leaves room for any smaller
 * one.
 */
const LARGEST_BYTES = 65_536 * PAGE_BYTES;
const MAXIMUM_WIDTH = 3;

/**
 * For the build (scripts/bundle.mjs). Throws what `loadGuest` throws, and for a module whose memory is declared in an
 * unusual way.
 */
export function prepareGuest(bytes: Uint8Array<ArrayBuffer>): PreparedGuest {
  const info = readModule(bytes);
  const sections = new ModuleSections(bytes);
  checkStructuralLimits(sections, info);
  if (info.memories.length !== 1 || info.memories[0].maximum !== undefined)
    throw new Error('a shipped guest must have one memory, without a maximum');
  limitMemory(sections, info, LARGEST_BYTES);
  addFuel(sections, info);
  const module = sections.join();
  new WebAssembly.Module(module);
  const [{ minimum, end }] = readModule(module).memories;
  return {
    module: Buffer.from(module).toString('base64'),
    imports: info.imports,
    exports: [...info.exports.values()],
    serves: ROLES.flatMap(role =>
      SIGNALS.filter(signal => canServe(info, role, signal)).map(signal => servedAs(role, signal)),
    ),
    minimumPages: minimum,
    maximumOffset: end - MAXIMUM_WIDTH,
    drops: sections.custom(DROPS_SECTION),
  };
}

/**
 * The module with at most `maxMemoryBytes` of memory. Undefined if that is impossible: `loadGuest` then reports why.
 */
export function limitedTo(
  prepared: PreparedGuest,
  role: Role,
  signal: Signal,
  maxMemoryBytes: number,
): BoundedModule | undefined {
  const { module, imports, exports, serves, minimumPages, maximumOffset, drops } = prepared;
  const pages = grantedPages(maxMemoryBytes);
  if (!serves.includes(servedAs(role, signal)) || minimumPages > pages) return undefined;
  const bytes = Uint8Array.from(Buffer.from(module, 'base64'));
  putLeb128(bytes, maximumOffset, pages, MAXIMUM_WIDTH);
  return { bytes, info: { imports, exports: new Map(exports.map(each => [each.name, each])) }, drops };
}

const servedAs = (role: Role, signal: Signal): string => `${role} ${signal}`;

function canServe(info: ModuleInterface, role: Role, signal: Signal): boolean {
  try {
    validateAbi(info, role, signal);
    return true;
  } catch {
    return false;
  }
}
