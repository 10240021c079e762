import { createContext, Script } from 'node:vm';
import { OtelWasmError } from '../abi/errors';

/**
 * `node:vm`'s timeout interrupts WebAssembly on the calling thread: loops, loops through host functions, and a sleep in
 * `Atomics.wait`. The call goes through a variable of a context of its own, so nothing shows on the app's `globalThis`.
 */
const context = createContext(Object.create(null) as object);
const setCall = new Script('let call; next => { call = next; }').runInContext(context) as (
  call?: () => void,
) => void;
const runCall = new Script('call()');

/**
 * Runs `call` on this thread and stops it after `timeoutMillis`.
 * Throws `GUEST_TIMEOUT` then; what `call` throws otherwise goes through.
 */
export function runWithDeadline(call: () => void, timeoutMillis: number): void {
  setCall(call);
  try {
    runCall.runInContext(context, { timeout: timeoutMillis });
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw new OtelWasmError(
      'GUEST_TIMEOUT',
      `the guest ran longer than guestTimeoutMillis (${timeoutMillis}) and was stopped`,
    );
  } finally {
    setCall(undefined);
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
