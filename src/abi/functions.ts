import { type Role, type Signal, SIGNALS } from './signal';

/** A function's type in WebAssembly: value types in and out, e.g. `{ parameters: ['i32'], results: ['i32'] }`. */
export interface Signature {
  readonly parameters: readonly string[];
  readonly results: readonly string[];
}

/** The names that a module uses for exports and imports: those of ABI v1, or the `otelwasm_*` names of 0.1.0. */
export type Naming = 'v1' | '0.1.0';

/** One function of the contract: its names in ABI v1 and in 0.1.0 (docs/abi.md, Names). */
export interface AbiFunction {
  readonly names: readonly [v1: string, v010: string];
  readonly signature: Signature;
}

/** A function that guests import. */
export interface HostFunction extends AbiFunction {
  /** The capability in words: "reads its plugin configuration". */
  readonly capability: string;
}

const type = (parameters: number, results: number): Signature => ({
  parameters: new Array<string>(parameters).fill('i32'),
  results: new Array<string>(results).fill('i32'),
});

const row = (v1: string, v010: string, signature: Signature): AbiFunction => ({
  names: [v1, v010],
  signature,
});

const hostRow = (v1: string, signature: Signature, capability: string): HostFunction => ({
  ...row(v1, `otelwasm_${v1}`, signature),
  capability,
});

const bySignal = <T>(make: (signal: Signal) => T): Readonly<Record<Signal, T>> => ({
  traces: make('traces'),
  metrics: make('metrics'),
  logs: make('logs'),
});

/** What a guest exports. */
export const EXPORTS = {
  /** Never called. Its presence tells the host which ABI the guest implements. */
  marker: row('abi_version_v1', 'otelwasm_abi_version_0_1_0', type(0, 0)),
  /** `(size) -> pointer`, 0 when out of memory. */
  alloc: row('alloc', 'otelwasm_memory_allocate', type(1, 1)),
  /** `() -> status`, called once, before everything but `_initialize`. */
  start: row('start', 'otelwasm_start', type(0, 1)),
  /** `() -> status`, called once, at the end. */
  shutdown: row('shutdown', 'otelwasm_shutdown', type(0, 1)),
  /** `() -> bits`, optional: metrics 1, logs 2, traces 4. */
  supportedTelemetry: row('get_supported_telemetry', 'otelwasm_get_supported_telemetry', type(0, 1)),
  /** `(pointer, size) -> status`: OTLP protobuf in. */
  consume: bySignal(signal => row(`consume_${signal}`, `otelwasm_consume_${signal}`, type(2, 1))),
  /** `() -> ()`: runs until the host asks for shutdown. */
  startReceiver: bySignal(signal =>
    row(`start_${signal}_receiver`, `otelwasm_start_${signal}_receiver`, type(0, 0)),
  ),
} as const;

/** The export that holds linear memory. */
export const MEMORY_EXPORT = 'memory';

/** Exported by Go and C reactors. Called once, before everything else. */
export const INITIALIZE_EXPORT = '_initialize';

/** What a guest imports from its host. */
export const HOST_FUNCTIONS = {
  /** `(pointer, size)`: OTLP protobuf for the next consumer. */
  setResult: bySignal(signal => hostRow(`set_result_${signal}`, type(2, 0), `passes ${signal} on`)),
  /** `(buffer, limit) -> size`: the plugin configuration as UTF-8 JSON, written only if it fits. */
  getPluginConfig: hostRow('get_plugin_config', type(2, 1), 'reads its plugin configuration'),
  /** `(pointer, size)`: text of the error status that this call will return. */
  setStatusReason: hostRow('set_status_reason', type(2, 0), 'reports why it failed'),
  /** `() -> 0 or 1`. */
  getShutdownRequested: hostRow('get_shutdown_requested', type(0, 1), 'asks whether it should stop'),
  /** `(level, pointer, size)`: trace 0, debug 1, info 2, warn 3, error 4. */
  log: hostRow('log', type(3, 0), "writes to the host's log"),
} as const;

/** Extensions of ABI v1: an export of the guest and a function of the host (docs/abi-extensions.md). */
export const EXTENSIONS = {
  /** `() -> status`: the guest answers with `set_result_metrics`. */
  collectMetrics: row('collect_metrics', 'otelwasm_collect_metrics', type(0, 1)),
  /** `() -> 1 for delta, 2 for cumulative`: the requested temporality of collected metrics. */
  getTemporality: hostRow('get_temporality', type(0, 1), 'asks for the temporality of its metrics'),
} as const;

const FUNCTIONS: readonly AbiFunction[] = [EXPORTS, HOST_FUNCTIONS, EXTENSIONS]
  .flatMap((table): (AbiFunction | Readonly<Record<Signal, AbiFunction>>)[] => Object.values(table))
  .flatMap(entry => ('names' in entry ? [entry] : Object.values(entry)));

/** The name in 0.1.0 of each function, by its name in v1. */
export const NAMES_010: ReadonlyMap<string, string> = new Map(FUNCTIONS.map(({ names }) => names));

const HOST_FUNCTIONS_BY_NAME: ReadonlyMap<string, HostFunction> = new Map(
  FUNCTIONS.filter((each): each is HostFunction => 'capability' in each).flatMap(offered =>
    offered.names.map(name => [name, offered] as const),
  ),
);

/** The function that a host offers under a name, of v1 or of 0.1.0. */
export function findHostFunction(name: string): HostFunction | undefined {
  return HOST_FUNCTIONS_BY_NAME.get(name);
}

/** Both module names under which a guest may import the host functions. */
export const HOST_MODULES: readonly string[] = ['opentelemetry.io/wasm', 'otelwasm'];

/** The import module of WASI preview 1. */
export const WASI_MODULE = 'wasi_snapshot_preview1';

/** Names that identify a guest of the retired, experimental (pull) ABI. */
export const EXPERIMENTAL_EXPORTS: readonly string[] = SIGNALS.flatMap(signal => {
  const name = signal[0].toUpperCase() + signal.slice(1);
  return [`process${name}`, `push${name}`];
});
export const EXPERIMENTAL_IMPORTS: readonly string[] = ['currentTraces', 'currentMetrics', 'currentLogs'];

/**
 * The functions that a guest must export to serve `signal` in `role`. Receivers need no `alloc`: they get no input.
 */
export function requiredExports(role: Role, signal: Signal): readonly AbiFunction[] {
  const { marker, alloc, start, shutdown, consume, startReceiver } = EXPORTS;
  if (role === 'receiver') return [marker, start, shutdown, startReceiver[signal]];
  const consumer = [marker, alloc, start, shutdown, consume[signal]];
  return role === 'connector' ? [...consumer, EXTENSIONS.collectMetrics] : consumer;
}

/** Status code of `start`, `shutdown` and `consume_*`. Every other value is an error. */
export const STATUS_SUCCESS = 0;

/** Levels of the host function `log`, by number. */
export const LOG_LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error'];

/** Severity of a guest's log line. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** `(i32, i32) -> (i32)`, for messages. */
export function formatSignature({ parameters, results }: Signature): string {
  return `(${parameters.join(', ')}) -> (${results.join(', ')})`;
}
