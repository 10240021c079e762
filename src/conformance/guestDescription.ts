import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import {
  messageOf,
  OtelWasmError,
  EXTENSIONS,
  EXPORTS,
  formatSignature,
  HOST_MODULES,
  WASI_MODULE,
  type Role,
  type Signal,
  SIGNALS,
} from '../abi';
import { PAGE_BYTES } from '../sandbox';
import { type WasmModule, readModule } from '../wasm';
import { exportedName, isRules, isShipped, readSource, validateAbi } from '../guest';
import { type RuleDescription, rulesOf } from '../rules';
import { capabilityOf } from './capabilities';

/** What a module declares, read without running it. */
export interface GuestDescription {
  readonly path: string;
  readonly sizeBytes: number;
  /** `v1`: names without a prefix. `0.1.0`: the `otelwasm_*` names. `mixed`: some of each. `none`: no marker. */
  readonly naming: 'v1' | '0.1.0' | 'mixed' | 'none';
  /** The roles that its exports allow. */
  readonly roles: readonly { readonly role: Role; readonly signal: Signal }[];
  readonly imports: readonly {
    readonly module: string;
    readonly name: string;
    readonly signature: string;
    /** The capability that it gives the guest; `undefined` if the host does not offer it. */
    readonly capability: string | undefined;
  }[];
  readonly memory: { readonly minimumBytes: number; readonly maximumBytes: number | undefined };
  /** The rules from which it was compiled; undefined for other guests. */
  readonly rules: readonly RuleDescription[] | undefined;
  /** Why it cannot run. Empty for a guest that can. */
  readonly problems: readonly string[];
}

/** Reads a guest's file. Throws OtelWasmError `GUEST_NOT_FOUND`, or `GUEST_INVALID` if it is not a module. */
export function readGuestFile(path: string): Uint8Array {
  if (isRules(path) || isShipped(path)) return readSource(path);
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new OtelWasmError('GUEST_NOT_FOUND', `${path}: the guest cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** Describes the guest in a file. Throws like {@link readGuestFile}. */
export function describeGuest(path: string): GuestDescription {
  const bytes = readGuestFile(path);
  let info: WasmModule;
  try {
    info = readModule(bytes);
  } catch (cause) {
    throw new OtelWasmError('GUEST_INVALID', `${path}: ${messageOf(cause)}`, { cause });
  }
  const roles = rolesOf(info);
  return {
    ...{ path, sizeBytes: bytes.length, roles, rules: rulesOf(bytes) },
    naming: namingOf(info),
    imports: info.imports.map(({ module, name, kind, signature }) => ({
      ...{ module, name, signature: signature === undefined ? kind : formatSignature(signature) },
      capability: capabilityOf(module, name),
    })),
    memory: {
      minimumBytes: (info.memories.at(0)?.minimum ?? 0) * PAGE_BYTES,
      maximumBytes:
        info.memories.at(0)?.maximum === undefined
          ? undefined
          : (info.memories[0].maximum as number) * PAGE_BYTES,
    },
    problems: problemsOf(info, roles),
  };
}

/** `filter.wasm` for messages and headings. */
export function fileName(path: string): string {
  return basename(path);
}

function rolesOf(info: WasmModule): { role: Role; signal: Signal }[] {
  return SIGNALS.flatMap(signal => {
    const roles: Role[] = [];
    if (exportedName(info, EXPORTS.consume[signal]) !== undefined) {
      const collects = exportedName(info, EXTENSIONS.collectMetrics) !== undefined;
      roles.push(...(collects ? (['connector'] as const) : (['processor', 'exporter'] as const)));
    }
    if (exportedName(info, EXPORTS.startReceiver[signal]) !== undefined) roles.push('receiver');
    return roles.map(role => ({ role, signal }));
  });
}

function namingOf(info: WasmModule): GuestDescription['naming'] {
  const marker = exportedName(info, EXPORTS.marker);
  if (marker === undefined) return 'none';
  const functions = [
    ...[EXPORTS.marker, EXPORTS.alloc, EXPORTS.start, EXPORTS.shutdown, EXPORTS.supportedTelemetry],
    EXTENSIONS.collectMetrics,
    ...SIGNALS.flatMap(signal => [EXPORTS.consume[signal], EXPORTS.startReceiver[signal]]),
  ];
  const names = functions.flatMap(abiFunction => exportedName(info, abiFunction) ?? []);
  const hostImports = info.imports.filter(({ module }) => HOST_MODULES.includes(module));
  const of010 = [...names, ...hostImports.map(({ name }) => name)].map(name => name.startsWith('otelwasm_'));
  if (of010.every(Boolean)) return '0.1.0';
  return of010.some(Boolean) ? 'mixed' : 'v1';
}

/**
 * The problems of every role that the guest seems made for. For a guest without any role, those of the likeliest one.
 */
function problemsOf(info: WasmModule, roles: readonly { role: Role; signal: Signal }[]): string[] {
  const problems = new Set<string>();
  const tried = roles.length > 0 ? roles : [{ role: 'processor', signal: 'traces' } as const];
  for (const { role, signal } of tried) {
    try {
      validateAbi(info, role, signal);
    } catch (error) {
      const found = error instanceof OtelWasmError ? error.problems : [messageOf(error)];
      for (const problem of found) problems.add(problem);
    }
  }
  if (roles.length === 0 && exportedName(info, EXPORTS.marker) !== undefined) {
    problems.clear();
    const names = SIGNALS.flatMap(signal => [
      EXPORTS.consume[signal].names[0],
      EXPORTS.startReceiver[signal].names[0],
    ]);
    problems.add(`the guest exports nothing to call: one of ${names.join(', ')} is needed`);
  }
  return [...problems];
}

/** Whether an import comes from WASI. */
export function isWasi(module: string): boolean {
  return module === WASI_MODULE;
}
