import { messageOf, OtelWasmError, printable, printableError } from '../../abi';
import { GuestExit } from '../../wasi';
import type { Locate } from './sourceLines';

const MAX_FRAMES = 3;
const MAX_NAME_LENGTH = 200;
/** Prefix of functions that the AssemblyScript guest SDK adds to a guest. */
const OF_THE_SDK = '~lib/otelwasm/';
/** A V8 stack frame: a function's name, if the module has names, its index, and an offset in the module. */
const FRAME = /^\s*at (?:(.+) \()?wasm:\/\/[^)\n]*:wasm-function\[(\d+)\]:0x([0-9a-f]+)\)?$/gm;

/**
 * Turns what a guest call threw into an error: an exit, or a trap. A trap names the engine's reason, the status
 * reason that the guest set before, and the guest's stack, if the module has function names or `locate` knows lines.
 */
export function describeThrown(error: unknown, statusReason?: string, locate?: Locate): OtelWasmError {
  if (error instanceof OtelWasmError) return error;
  if (error instanceof GuestExit) {
    return new OtelWasmError('GUEST_EXIT', `the guest exited with code ${error.exitCode}`, {
      cause: error,
    });
  }
  const message = printable(messageOf(error));
  const text = message.includes('call stack') ? `stack overflow (${message})` : message;
  const status = statusReason ? `: ${statusReason}` : '';
  return new OtelWasmError('GUEST_TRAP', `the guest trapped: ${text}${status}${placeOf(error, locate)}`, {
    cause: printableError(error),
  });
}

function placeOf(error: unknown, locate?: Locate): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const frames: string[] = [];
  // There may be thousands of frames. Only those that are shown are located.
  for (const [, name, index, offset] of stack.matchAll(FRAME)) {
    if (frames.length === MAX_FRAMES) break;
    if (name?.startsWith(OF_THE_SDK)) continue;
    const place = locate?.(Number(index), parseInt(offset, 16));
    const frame = [name?.slice(0, MAX_NAME_LENGTH), place].filter(Boolean).join(' at ');
    if (frame !== '') frames.push(printable(frame));
  }
  return frames.length === 0 ? '' : ` (in ${frames.join(', called by ')})`;
}
