import {
  OtelWasmError,
  EXTENSIONS,
  HOST_FUNCTIONS,
  HOST_MODULES,
  LOG_LEVELS,
  type Signal,
  SIGNALS,
  printable,
} from '../abi';
import { type CallState, MAX_RESULT_BYTES } from './callState';
import type { CallDeadline } from './callDeadline';
import { type GuestLogger, MAX_LINE_BYTES } from './guestLog';
import type { LinearMemory } from '../wasm';

/** What the host functions of one instance can access. */
export interface HostContext {
  readonly memory: LinearMemory;
  /** The state of the call that is running. */
  readonly call: () => CallState;
  /** UTF-8 JSON for `get_plugin_config`. */
  readonly pluginConfig: Uint8Array;
  readonly shutdownRequested: () => boolean;
  /** The requested OTLP AggregationTemporality: 1 for delta, 2 for cumulative. */
  readonly temporality: () => number;
  /** Receives the batches of a receiver. The bytes are a copy. */
  readonly emit?: (signal: Signal, bytes: Uint8Array) => void;
  readonly log: GuestLogger;
  readonly clock: CallDeadline;
}

const MAX_REASON_BYTES = 4_096;
const decoder = new TextDecoder();

function emitted(name: string, bytes: Uint8Array): Uint8Array {
  if (bytes.length <= MAX_RESULT_BYTES) return bytes.slice();
  throw new OtelWasmError(
    'GUEST_OUTPUT',
    `${name}: the guest emitted ${bytes.length} bytes at once: at most ${MAX_RESULT_BYTES} are allowed`,
  );
}

/**
 * The host's side of the ABI: every function under both of its names, in both import modules (docs/abi.md, Names).
 */
export function createHostFunctions(context: HostContext): WebAssembly.Imports {
  const { memory, pluginConfig } = context;

  /** Checks the whole range but decodes at most `limit` bytes: a reason of 50 MB costs nothing. */
  const text = (pointer: number, size: number, limit: number, what: string): string => {
    const bytes = memory.range(pointer, size, what);
    return bytes.length > limit
      ? `${decoder.decode(bytes.subarray(0, limit))}... (${bytes.length - limit} bytes cut)`
      : decoder.decode(bytes);
  };

  const setResult = (signal: Signal) => {
    const [name] = HOST_FUNCTIONS.setResult[signal].names;
    let ignoredBefore = false;
    return (pointer: number, size: number): void => {
      const bytes = memory.range(pointer, size, name);
      if (context.emit !== undefined) return context.emit(signal, emitted(name, bytes));
      const call = context.call();
      if (call.accepts === signal) return call.addResult(bytes);
      if (!ignoredBefore) context.log('debug', `${name} is ignored: this call does not accept ${signal}`);
      ignoredBefore = true;
    };
  };

  const functions = new Map<string, WebAssembly.ImportValue>();
  const offer = (
    { names }: { names: readonly string[] },
    implementation: (a: number, b: number, c: number) => number | void,
  ): void => {
    // Host functions have at most three parameters. Rest parameters would allocate an array for each call.
    const guarded = (a: number, b: number, c: number): number | void => {
      try {
        context.clock.throwIfOver();
        return implementation(a, b, c);
      } catch (error) {
        context.call().fault ??= error;
        throw error;
      }
    };
    for (const name of names) functions.set(name, guarded);
  };

  for (const signal of SIGNALS) offer(HOST_FUNCTIONS.setResult[signal], setResult(signal));
  offer(HOST_FUNCTIONS.getPluginConfig, (buffer, limit) => {
    if (pluginConfig.length <= limit >>> 0) memory.write(buffer, pluginConfig, 'get_plugin_config');
    return pluginConfig.length;
  });
  offer(HOST_FUNCTIONS.setStatusReason, (pointer, size) => {
    context.call().statusReason = printable(text(pointer, size, MAX_REASON_BYTES, 'set_status_reason'));
  });
  offer(HOST_FUNCTIONS.getShutdownRequested, () => (context.shutdownRequested() ? 1 : 0));
  offer(EXTENSIONS.getTemporality, () => context.temporality());
  offer(HOST_FUNCTIONS.log, (level, pointer, size) => {
    context.log(LOG_LEVELS[level] ?? 'info', text(pointer, size, MAX_LINE_BYTES, 'log'));
  });

  return Object.fromEntries(HOST_MODULES.map(module => [module, Object.fromEntries(functions)]));
}
