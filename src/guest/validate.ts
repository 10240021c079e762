import {
  OtelWasmError,
  type AbiFunction,
  EXPERIMENTAL_EXPORTS,
  EXPERIMENTAL_IMPORTS,
  EXPORTS,
  EXTENSIONS,
  findHostFunction,
  formatSignature,
  HOST_MODULES,
  MEMORY_EXPORT,
  requiredExports,
  type Signature,
  WASI_MODULE,
  type Role,
  type Signal,
  printable,
} from '../abi';
import { WASI_SIGNATURES } from '../wasi';
import type { ModuleInterface } from '../wasm';

/** The name under which a module exports a function of the contract: v1 first, then 0.1.0. */
export function exportedName({ exports }: ModuleInterface, { names }: AbiFunction): string | undefined {
  return names.find(name => exports.get(name)?.kind === 'function');
}

const WASI: ReadonlyMap<string, Signature> = new Map(Object.entries(WASI_SIGNATURES));

/**
 * Throws `ABI_MISMATCH` unless the module can serve `signal` in `role`. The message lists every problem with the
 * expected signatures, so that a guest author can fix all of them at once (docs/abi.md).
 */
export function validateAbi(info: ModuleInterface, role: Role, signal: Signal): void {
  if (exportedName(info, EXPORTS.marker) === undefined) throw noMarker(info);
  const problems = [...exportProblems(info, role, signal), ...importProblems(info, role)];
  if (problems.length > 0) {
    const listed = problems.slice(0, MAX_PROBLEMS).map(problem => `\n  - ${problem}`);
    const more = problems.length > listed.length ? `\n  - and ${problems.length - listed.length} more` : '';
    throw new OtelWasmError(
      'ABI_MISMATCH',
      `the guest cannot be a ${signal} ${role}:${listed.join('')}${more}`,
      { problems },
    );
  }
}

/** A module may have a million imports, each with a name as long as the file. */
const MAX_PROBLEMS = 50;
const MAX_NAME_LENGTH = 200;

function named(name: string): string {
  const cut = name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}...` : name;
  return `"${printable(cut)}"`;
}

function noMarker(info: ModuleInterface): OtelWasmError {
  const experimental =
    EXPERIMENTAL_EXPORTS.some(name => info.exports.has(name)) ||
    info.imports.some(({ name }) => EXPERIMENTAL_IMPORTS.includes(name));
  // Markers of versions that this host does not know: abi_version_v2, otelwasm_abi_version_0_2_0.
  const other = [...info.exports.keys()].find(name => /^(otelwasm_)?abi_version_\w+$/.test(name));
  if (other !== undefined) {
    return new OtelWasmError(
      'ABI_MISMATCH',
      `the guest exports ${named(other)}, a version of the ABI that this host does not support: supported are ${EXPORTS.marker.names.join(' and ')}`,
    );
  }
  return new OtelWasmError(
    'ABI_MISMATCH',
    experimental
      ? 'the guest uses the retired experimental ABI of otelwasm (pull model): build it with an ABI v1 guest SDK'
      : `the guest exports no ABI marker (${EXPORTS.marker.names.join(' or ')}): it is not an otelwasm ABI v1 guest`,
  );
}

function exportProblems(info: ModuleInterface, role: Role, signal: Signal): string[] {
  const problems: string[] = [];
  const memory = info.exports.get(MEMORY_EXPORT);
  if (memory === undefined) problems.push(`export "${MEMORY_EXPORT}" is missing: expected a memory`);
  else if (memory.kind !== 'memory')
    problems.push(`export "${MEMORY_EXPORT}" is a ${memory.kind}: expected a memory`);
  for (const expected of requiredExports(role, signal)) {
    const problem = exportProblem(info, expected);
    if (problem !== undefined) problems.push(problem);
  }
  if (exportedName(info, EXPORTS.supportedTelemetry) !== undefined) {
    const problem = exportProblem(info, EXPORTS.supportedTelemetry);
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

function exportProblem(info: ModuleInterface, { names, signature }: AbiFunction): string | undefined {
  const expected = `expected ${formatSignature(signature)}`;
  const found = names.map(name => info.exports.get(name)).filter(entry => entry !== undefined);
  const callable = found.find(({ kind }) => kind === 'function');
  if (callable === undefined) {
    return found.length > 0
      ? `export "${found[0].name}" is a ${found[0].kind}: ${expected}`
      : `export "${names[0]}" (or "${names[1]}") is missing: ${expected}`;
  }
  if (callable.signature === undefined || sameSignature(callable.signature, signature)) return undefined;
  return `export "${callable.name}" is ${formatSignature(callable.signature)}: ${expected}`;
}

function importProblems(info: ModuleInterface, role: Role): string[] {
  return info.imports.flatMap(({ module, name, kind, signature }) => {
    if (kind === 'function' && module === WASI_MODULE) return wasiProblems(name, signature);
    if (kind !== 'function' || !HOST_MODULES.includes(module)) {
      return [
        `import ${named(name)} from ${named(module)} (a ${kind}) is not offered: this host offers functions of ${[...HOST_MODULES, WASI_MODULE].join(', ')}`,
      ];
    }
    const offered = findHostFunction(name)?.signature;
    if (offered === undefined)
      return [`import ${named(name)} from ${named(module)} is not a function of the ABI`];
    if (role !== 'connector' && EXTENSIONS.getTemporality.names.includes(name))
      return [`import ${named(name)} from ${named(module)} is available only in WasmSpanMetrics`];
    if (signature === undefined || sameSignature(signature, offered)) return [];
    return [
      `import ${named(name)} from ${named(module)} is ${formatSignature(signature)}: expected ${formatSignature(offered)}`,
    ];
  });
}

/** A name that preview 1 does not have gets a stub. */
function wasiProblems(name: string, signature: Signature | undefined): string[] {
  const offered = WASI.get(name);
  if (offered === undefined || signature === undefined || sameSignature(signature, offered)) return [];
  return [
    `import ${named(name)} from ${named(WASI_MODULE)} is ${formatSignature(signature)}: WASI preview 1 has ${formatSignature(offered)}`,
  ];
}

function sameSignature(left: Signature, right: Signature): boolean {
  return formatSignature(left) === formatSignature(right);
}
