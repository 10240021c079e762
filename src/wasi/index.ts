import type { Signature } from '../abi';
import type { LinearMemory } from '../wasm';
import { type Clocks, WasiClocks } from './clocks';
import { ERRNO } from './errno';
import { GuestExit } from './exit';
import { pollOneoff } from './poll';
import { randomGet } from './random';
import { WASI_SIGNATURES, type WasiFunctions } from './signatures';
import { createStdio, type OutputStream } from './stdio';
import { argumentStrings, createStringList, environStrings } from './strings';
import { type HostFunction, stubFor } from './stub';

export type { Clocks, HostFunction, OutputStream, WasiFunctions };
export { GRANTED_LIMITS } from './lineWriter';
export { GuestExit, stubFor, WASI_SIGNATURES };
export { WASI_FUNCTION_NAMES, type WasiName } from './signatures';

/** What a guest is granted. By default it gets nothing. */
export interface WasiOptions {
  /** Environment variables. Default none. */
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments, including the program's name. Default none. */
  readonly args?: readonly string[];
}

/** What WASI needs from the instance's host. */
export interface WasiHost {
  readonly memory: LinearMemory;
  /** Takes one line of output, without its newline. */
  writeLine(stream: OutputStream, line: string): void;
  /** Streams that the user requested. Their limits are wider than those of streams that go to a log. Default none. */
  readonly granted?: ReadonlySet<OutputStream>;
  /**
   * Blocks for `millis`, which may be fractional or exceed the range of timers. An early return wakes the guest for
   * good. What it throws (a deadline) propagates through the guest. Default: `Atomics.wait` on a private cell.
   */
  sleep?(millis: number): void;
  /** Called regularly by functions that may take long. What it throws (a deadline) propagates through the guest. */
  throwIfOver?(): void;
  /** Default: the system's. */
  readonly clocks?: Clocks;
}

export interface Wasi {
  /** Every preview 1 function. */
  readonly imports: WasiFunctions;
  /**
   * The implementation of an import of `wasi_snapshot_preview1`: the function with that name and signature, else a
   * stub. So no function ever reads a guest's values as other types.
   */
  importFor(name: string, signature: Signature): HostFunction;
  /** Emits output that has no newline yet, and starts a new output budget. Call it after each guest call. */
  flush(): void;
  /**
   * What `proc_exit` threw, once it was called. Check it even after a call that returned normally: a guest with
   * exception handling can swallow the exception.
   */
  readonly exit: GuestExit | undefined;
}

/**
 * WASI preview 1 for one guest instance: clocks, random, sleep, granted arguments and environment, output by lines.
 * There are no files and no network. A pointer, size or count outside the guest's memory returns EFAULT (21) and
 * changes nothing. No function throws, except `proc_exit` ({@link GuestExit}) and what `host` throws.
 * @throws OtelWasmError `INVALID_OPTION` for an argument or variable that a NUL-terminated string cannot hold
 */
export function createWasi(options: WasiOptions, host: WasiHost): Wasi {
  const { memory } = host;
  const clocks = new WasiClocks(memory, host.sleep && (millis => host.sleep!(millis)), host.clocks);
  const stdio = createStdio(
    memory,
    (stream, line) => host.writeLine(stream, line),
    () => clocks.hostNanos(),
    host.granted ?? new Set(),
  );
  const args = createStringList(memory, argumentStrings(options.args ?? []));
  const environ = createStringList(memory, environStrings(options.env ?? {}));
  let exit: GuestExit | undefined;

  const imports: WasiFunctions = {
    args_get: args.get,
    args_sizes_get: args.sizesGet,
    environ_get: environ.get,
    environ_sizes_get: environ.sizesGet,
    clock_res_get: (id, result) => clocks.resolutionGet(id, result),
    clock_time_get: (id, _precision, result) => clocks.timeGet(id, result),
    random_get: (pointer, size) => randomGet(memory, pointer, size, () => host.throwIfOver?.()),
    poll_oneoff: (...values) => pollOneoff(memory, clocks, stdio, values),
    sched_yield: () => ERRNO.SUCCESS,
    proc_raise: () => ERRNO.ENOSYS,
    proc_exit(code) {
      exit = new GuestExit(code >>> 0);
      throw exit;
    },
    ...stdio.functions,
  };

  return {
    imports,
    importFor(name, signature) {
      const known = Object.hasOwn(WASI_SIGNATURES, name) ? (name as keyof WasiFunctions) : undefined;
      return known !== undefined && sameSignature(WASI_SIGNATURES[known], signature)
        ? (imports[known] as HostFunction)
        : stubFor(signature);
    },
    flush: () => stdio.flush(),
    get exit() {
      return exit;
    },
  };
}

function sameSignature(one: Signature, other: Signature): boolean {
  return one.parameters.join() === other.parameters.join() && one.results.join() === other.results.join();
}
