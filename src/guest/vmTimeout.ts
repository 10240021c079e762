import { types } from 'node:util';
import { type Context, createContext, Script } from 'node:vm';
import { OtelWasmError } from '../abi';

type SetCall = (call?: () => unknown) => void;

/**
 * `node:vm`'s timeout interrupts WebAssembly on the calling thread: loops, loops through host functions, and a sleep
 * in `Atomics.wait`. The call goes through a variable of a separate context, so nothing appears on the app's
 * `globalThis`.
 */
let caller: { readonly context: Context; readonly setCall: SetCall; readonly script: Script } | undefined;

function createCaller() {
  const context = createContext(Object.create(null) as object);
  const setCall = new Script('let call; next => { call = next; }').runInContext(context) as SetCall;
  return { context, setCall, script: new Script('call()') };
}

/** The options that limit a guest's time. */
export type TimeLimit = 'guestTimeoutMillis' | 'startTimeoutMillis';

/** The error of a call that was stopped, in every isolation. */
export function guestTimeoutError(timeoutMillis: number, limit: TimeLimit): OtelWasmError {
  return new OtelWasmError(
    'GUEST_TIMEOUT',
    `the guest ran longer than ${limit} (${timeoutMillis}) and was stopped`,
  );
}

/** The longest delay of timers, about 24 days. */
const MAX_TIMEOUT_MILLIS = 2 ** 31 - 1;

/**
 * Runs `call` on this thread and stops it after `timeoutMillis`, which comes from the option `limit`. This is for
 * compiled modules, which have no fuel. Node.js starts a thread for each call, which costs about 100 µs. Throws
 * `GUEST_TIMEOUT` when the time is over. Other exceptions of `call` propagate.
 */
export function runWithVmTimeout<T>(
  call: () => T,
  timeoutMillis: number,
  limit: TimeLimit = 'guestTimeoutMillis',
): T {
  const { context, setCall, script } = (caller ??= createCaller());
  setCall(call);
  try {
    return script.runInContext(context, {
      timeout: Math.min(Math.ceil(timeoutMillis), MAX_TIMEOUT_MILLIS),
    }) as T;
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw guestTimeoutError(timeoutMillis, limit);
  } finally {
    setCall(undefined);
  }
}

/** The error is created in the interrupted context, so it is not an instance of this realm's `Error`. */
function isTimeout(error: unknown): boolean {
  return (
    types.isNativeError(error) && (error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
