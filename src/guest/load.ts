import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { types } from 'node:util';
import { messageOf, OtelWasmError, quote, type Role, type Signal, printable, printableError } from '../abi';
import { DROPS_SECTION } from '../pushdown';
import { addFuel } from '../sandbox/fuel';
import { checkStructuralLimits, limitMemory } from '../sandbox';
import { type ModuleInterface, readModule, ModuleSections } from '../wasm';
import type * as Rules from '../rules';
import { type Locate, sourceLines } from './trap';
import { isShipped, limitedTo, preparedModule, readShipped, shippedName } from './shipped';
import { validateAbi } from './validate';
import { readModuleSync } from './moduleFile';

/**
 * A guest to load: the path of a `.wasm` file, a `file:` URL, the file's bytes, or a compiled module;
 * `otelwasm:<name>` for a guest that ships with the package (`npx otelwasm guests` lists them); or the path of a
 * Collector's configuration (`.yaml`), compiled like `compileRules` of `otelwasm/rules`. A compiled module has no
 * readable signatures and cannot be changed: its memory limit is checked after each call, and its time limit costs
 * about 100 µs per call. In all other cases the module itself enforces both limits.
 */
export type GuestSource = string | URL | Uint8Array | ArrayBuffer | CompiledModule;

/** `WebAssembly.Module`, if the app's types include it. Without `lib: ["DOM"]` they may not. */
export type EngineModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer M } } }
  ? M
  : never;

/**
 * A `WebAssembly.Module`. This interface has no members, so any object would match it. An object with `guest` is an
 * entry of a chain and one with `length` is a chain, whose options must be checked.
 */
export type CompiledModule = EngineModule & { readonly guest?: never; readonly length?: never };

/**
 * A guest that was read, checked against the ABI for its role and compiled. It can be instantiated any number of
 * times.
 */
export interface LoadedGuest {
  /** For messages and metrics: the file's name without `.wasm`, or `guest`. */
  readonly name: string;
  readonly module: EngineModule;
  readonly info: ModuleInterface;
  /** Whether the module has fuel and checks the host's clock. A compiled module does not. */
  readonly hasFuel: boolean;
  /** The source lines of its instructions, if requested and known. */
  readonly locate?: Locate;
  /** The drop conditions of a module that was compiled from rules. */
  readonly drops?: string;
}

export interface LoadOptions {
  /** Whether to add fuel to the module, so that it can be stopped on its own thread. Default true. */
  readonly fuel?: boolean;
  /** Its name in messages and metrics. Default: from its path, or `guest`. */
  readonly label?: string;
  /** Whether errors of traps name the source line, from the source map next to the guest. Default false. */
  readonly sourceLines?: boolean;
}

/**
 * Loads a guest synchronously: the SDK's constructors are synchronous, and a bad guest must fail there. Throws
 * `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH` or `MEMORY_LIMIT`. The message begins with the guest's name.
 */
export function loadGuest(
  source: GuestSource,
  role: Role,
  signal: Signal,
  maxMemoryBytes: number,
  { fuel = true, label = describeSource(source), sourceLines: wantsLines = false }: LoadOptions = {},
): LoadedGuest {
  try {
    if (isCompiled(source)) {
      const module = source as WebAssembly.Module;
      const info = describeModule(module);
      validateAbi(info, role, signal);
      return { name: label, module, info, hasFuel: false };
    }
    const prepared =
      fuel && !wantsLines && isShipped(source) ? preparedModule(shippedName(source)) : undefined;
    const bounded = prepared && limitedTo(prepared, role, signal, maxMemoryBytes);
    if (bounded !== undefined) {
      const { bytes, info, drops } = bounded;
      return { name: guestName(label), module: compile(bytes), info, hasFuel: true, drops };
    }
    const bytes = readSource(source);
    const info = readModule(bytes);
    validateAbi(info, role, signal);
    const sections = new ModuleSections(bytes);
    checkStructuralLimits(sections, info);
    // Validated first: a valid module cannot refer to the functions and globals that are appended below.
    if (!WebAssembly.validate(bytes)) compile(bytes);
    limitMemory(sections, info, maxMemoryBytes);
    if (fuel) addFuel(sections, info);
    const changed = sections.join();
    const module = compile(changed);
    const path = wantsLines && fuel ? pathOf(source) : undefined;
    // Separate, because it is sent to each worker. The rest can have an entry for each function.
    return {
      name: guestName(label),
      module,
      info: { imports: info.imports, exports: info.exports },
      hasFuel: fuel,
      locate: path === undefined ? undefined : sourceLines(path, { original: bytes, changed, info }),
      drops: sections.custom(DROPS_SECTION),
    };
  } catch (error) {
    // Each problem of rules already names its file and position.
    if (error instanceof OtelWasmError && error.code !== 'RULES_INVALID')
      throw new OtelWasmError(error.code, `${label}: ${error.message}`, {
        cause: error,
        problems: error.problems,
      });
    throw error;
  }
}

/** Checks the tag instead of `instanceof`: test runners pass objects of another realm. */
export function isCompiled(source: unknown): boolean {
  return Object.prototype.toString.call(source) === '[object WebAssembly.Module]';
}

/** Whether the path is that of a Collector's configuration, which is compiled to a guest. */
export function isRules(source: string | URL): boolean {
  return /\.ya?ml$/i.test(String(source));
}

/** The bytes of a guest. Throws `GUEST_NOT_FOUND`, or `RULES_INVALID` with all problems of the rules. */
export function readSource(source: unknown): Uint8Array<ArrayBuffer> {
  const readable = readableSource(source);
  if (types.isUint8Array(readable)) return readable;
  if (isRules(readable)) return compiledRules(readable);
  try {
    return owned(readModuleSync(readable));
  } catch (error) {
    throw notFound(source, error);
  }
}

/** Compiles rules from a file or from memory. */
export function compiledRules(source: Rules.RulesSource): Uint8Array<ArrayBuffer> {
  // Loaded by the package's name and only on demand: few guests are rules, and the engine is large.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { compileRules } = require('otelwasm/rules') as typeof Rules;
  return compileRules(source);
}

/**
 * The bytes, or the path or URL to open. Throws `INVALID_OPTION`, and `GUEST_NOT_FOUND` for an unknown guest of the
 * package.
 */
export function readableSource(source: unknown): Uint8Array<ArrayBuffer> | string | URL {
  if (types.isUint8Array(source)) return owned(source);
  if (types.isAnyArrayBuffer(source)) return owned(new Uint8Array(source));
  if (isShipped(source)) return readShipped(source);
  if (source instanceof URL) return source;
  if (typeof source === 'string') return source.startsWith('file:') ? new URL(source) : source;
  throw new OtelWasmError(
    'INVALID_OPTION',
    `guest is ${quote(source)}: allowed are a path, a file: URL, otelwasm:<name>, bytes, or a compiled WebAssembly.Module`,
  );
}

export function notFound(source: unknown, error: unknown): OtelWasmError {
  // A relative path in the error would not show its folder.
  const path = typeof source === 'string' && !source.startsWith('file:') ? ` at ${resolve(source)}` : '';
  return new OtelWasmError('GUEST_NOT_FOUND', `the guest cannot be read${path}: ${messageOf(error)}`, {
    cause: error,
  });
}

/**
 * A plain Uint8Array over the same bytes (`subarray` of a Buffer is slow). Bytes in shared memory are copied, because
 * another thread could change them.
 */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = bytes;
  return buffer instanceof ArrayBuffer
    ? new Uint8Array(buffer, byteOffset, byteLength)
    : Uint8Array.from(bytes);
}

function compile(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    throw new OtelWasmError('GUEST_INVALID', `the module does not compile: ${printable(messageOf(error))}`, {
      cause: printableError(error),
    });
  }
}

function describeModule(module: WebAssembly.Module): ModuleInterface {
  return {
    imports: WebAssembly.Module.imports(module),
    exports: new Map(
      WebAssembly.Module.exports(module).map(({ name, kind }, index) => [name, { name, kind, index }]),
    ),
  };
}

export function describeSource(source: unknown): string {
  if (typeof source !== 'string' && !(source instanceof URL)) return 'guest';
  const text = String(source);
  try {
    return text.startsWith('file:') ? fileURLToPath(text) : text;
  } catch {
    return text;
  }
}

function pathOf(source: GuestSource): string | undefined {
  const readable = readableSource(source);
  if (types.isUint8Array(readable)) return undefined;
  return readable instanceof URL ? fileURLToPath(readable) : readable;
}

export function guestName(label: string): string {
  if (isShipped(label)) return shippedName(label);
  return basename(label).replace(/\.(wasm|ya?ml)$/, '');
}
