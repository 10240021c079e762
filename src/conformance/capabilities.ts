import { findHostFunction, HOST_MODULES, WASI_MODULE } from '../abi';

/** Capabilities by prefix of the name. The first match counts. */
const WASI_CAPABILITIES: readonly (readonly [prefix: string, capability: string])[] = [
  ['clock_', 'reads the clock'],
  ['random_get', 'gets random numbers'],
  ['fd_write', "writes lines of stdout and stderr to the host's log"],
  ['fd_fdstat_get', 'queries stdin, stdout and stderr'],
  ['args_', 'reads arguments: only those granted with wasi.args'],
  ['environ_', 'reads the environment: only what is granted with wasi.env'],
  ['poll_oneoff', 'sleeps'],
  ['sched_yield', 'yields, which has no effect'],
  ['proc_exit', 'may exit, which counts as a failure'],
  ['sock_', 'sockets: refused'],
  ['path_', 'files: refused'],
  ['fd_', 'files: refused'],
];

/** The capability that an import gives a guest; `undefined` for an import that this host does not offer. */
export function capabilityOf(module: string, name: string): string | undefined {
  if (HOST_MODULES.includes(module)) return findHostFunction(name)?.capability;
  if (module !== WASI_MODULE) return undefined;
  return WASI_CAPABILITIES.find(([prefix]) => name.startsWith(prefix))?.[1] ?? 'refused';
}
