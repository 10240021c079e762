import { EXTENSIONS, HOST_FUNCTIONS, HOST_MODULES, WASI_MODULE, SIGNALS } from '../abi';
const HOST_CAPABILITIES: ReadonlyMap<string, string> = new Map(
  [
    ...SIGNALS.map(signal => [HOST_FUNCTIONS.setResult[signal], `hands ${signal} on`] as const),
    [HOST_FUNCTIONS.getPluginConfig, 'reads its plugin configuration'] as const,
    [HOST_FUNCTIONS.setStatusReason, 'says why it failed'] as const,
    [HOST_FUNCTIONS.getShutdownRequested, 'asks whether it should stop'] as const,
    [EXTENSIONS.getTemporality, 'asks how its metrics are to be reported'] as const,
    [HOST_FUNCTIONS.log, "writes to the host's log"] as const,
  ].flatMap(([{ names }, capability]) => names.map(name => [name, capability] as const)),
);

/** By the beginning of the name; the first that fits. */
const WASI_CAPABILITIES: readonly (readonly [prefix: string, capability: string])[] = [
  ['clock_', 'reads the clock'],
  ['random_get', 'gets random numbers'],
  ['fd_write', "writes lines of stdout and stderr to the host's log"],
  ['fd_fdstat_get', 'looks at stdin, stdout and stderr'],
  ['args_', 'reads arguments: only those granted with wasi.args'],
  ['environ_', 'reads the environment: only what is granted with wasi.env'],
  ['poll_oneoff', 'sleeps'],
  ['sched_yield', 'yields: nothing happens'],
  ['proc_exit', 'may end itself, which counts as a failure'],
  ['sock_', 'sockets: refused'],
  ['path_', 'files: refused'],
  ['fd_', 'files: refused'],
];

/** What a guest can do with an import; `undefined` for one that this host does not offer. */
export function capabilityOf(module: string, name: string): string | undefined {
  if (HOST_MODULES.includes(module)) return HOST_CAPABILITIES.get(name);
  if (module !== WASI_MODULE) return undefined;
  return WASI_CAPABILITIES.find(([prefix]) => name.startsWith(prefix))?.[1] ?? 'refused';
}
