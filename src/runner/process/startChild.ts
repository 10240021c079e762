import { type ChildProcess, spawn } from 'node:child_process';
import { messageOf, OtelWasmError } from '../../abi';

/** A child's JavaScript heap holds messages; the guest's memory lies outside of it. */
const MAX_HEAP_MEBIBYTES = 256;

/**
 * Starts Node.js with pipes as its descriptors 0, 2, 3 and 4, a program to come through the first, and nothing of the app's.
 * Throws `START_FAILED` when the system has no process or no descriptor left. A failure that the system
 * tells later is the event `error`. Errors of the pipes are the child's end, which has an event of its own.
 */
export function startChild(): ChildProcess {
  const permission = ['--permission', '--experimental-permission'].find(flag =>
    process.allowedNodeEnvironmentFlags.has(flag),
  );
  const args = [
    '--no-warnings',
    '--disallow-code-generation-from-strings',
    `--max-old-space-size=${MAX_HEAP_MEBIBYTES}`,
    // The thread that waits for the app's end.
    ...(permission === undefined ? [] : [permission, '--allow-worker']),
    '-',
  ];
  let child: ChildProcess;
  try {
    child = spawn(process.execPath, args, {
      env: {},
      stdio: ['pipe', 'ignore', 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
  } catch (cause) {
    throw cannotStart(messageOf(cause), cause);
  }
  // Nobody else listens if it is given up here.
  child.on('error', () => undefined);
  // Node.js makes no pipes when the app has no descriptors left.
  if ((child.stdio as unknown) === undefined) throw cannotStart('too many open files');
  for (const pipe of child.stdio) pipe?.on('error', () => undefined);
  return child;
}

function cannotStart(reason: string, cause?: unknown): OtelWasmError {
  return new OtelWasmError('START_FAILED', `no process can be started for the guest: ${reason}`, { cause });
}
