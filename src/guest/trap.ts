import { messageOf, OtelWasmError, printable, printableError } from '../abi';
import { GuestExit } from '../wasi';

const MAX_FRAMES = 3;
const MAX_NAME_LENGTH = 200;
/** What the guest SDK for AssemblyScript adds to a guest. */
const OF_THE_SDK = '~lib/otelwasm/';
/** A frame of V8's for a function of a module that has names; without them it begins with the module. */
const FRAME = /^\s*at (.+) \(wasm:\/\/[^)]*\)$/gm;

/**
 * What came out of a guest, as an error: its exit, or a trap with the engine's reason, what the guest said before it
 * (the status reason of the call), and the functions that it was in, if the module has their names.
 */
export function describeThrown(error: unknown, statusReason?: string): OtelWasmError {
  if (error instanceof OtelWasmError) return error;
  if (error instanceof GuestExit) {
    return new OtelWasmError('GUEST_EXIT', `the guest ended itself with exit code ${error.exitCode}`, {
      cause: error,
    });
  }
  const message = printable(messageOf(error));
  const text = message.includes('call stack') ? `stack overflow (${message})` : message;
  const said = statusReason ? `: ${statusReason}` : '';
  return new OtelWasmError('GUEST_TRAP', `the guest trapped: ${text}${said}${placeOf(error)}`, {
    cause: printableError(error),
  });
}

function placeOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const frames = [...stack.matchAll(FRAME)]
    .filter(([, name]) => !name.startsWith(OF_THE_SDK))
    .slice(0, MAX_FRAMES)
    .map(([, name]) => printable(name.slice(0, MAX_NAME_LENGTH)));
  return frames.length === 0 ? '' : ` (in ${frames.join(', called by ')})`;
}
