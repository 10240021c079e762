import { type ChildProcess, spawn } from 'node:child_process';
import { messageOf, OtelWasmError } from '../../abi';

/** A child's JavaScript heap contains messages. The guest's memory is outside of it. */
const MAX_HEAP_MEBIBYTES = 256;

/**
 * Starts Node.js with pipes as its descriptors 0, 2, 3 and 4. The program comes through the first one, and the child
 * gets nothing of the app. Throws `START_FAILED` when the system has no process or descriptor left. Failures that the
 * system reports later are the event `error`. Errors of the pipes mean the child's end, which has its own event.
 */
export function startChild(): ChildProcess {
  const permission = ['--permission', '--experimental-permission'].find(flag =>
    process.allowedNodeEnvironmentFlags.has(flag),
  );
  const args = [
    '--no-warnings',
    '--disallow-code-generation-from-strings',
    `--max-old-space-size=${MAX_HEAP_MEBIBYTES}`,
    // For the thread that waits for the app's end.
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
  // Without this listener, an error after a failed start would be thrown.
  child.on('error', () => undefined);
  // Node.js creates no pipes when the app has no descriptors left.
  if ((child.stdio as unknown) === undefined) throw cannotStart('too many open files');
  for (const pipe of child.stdio) pipe?.on('error', () => undefined);
  return child;
}

function cannotStart(reason: string, cause?: unknown): OtelWasmError {
  return new OtelWasmError('START_FAILED', `no process can be started for the guest: ${reason}`, { cause });
}
