import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const BUNDLES = join(__dirname, '../../build/benchmarks');

/** Starts the bundle of a TypeScript file under `benchmarks/` in a new process. */
export function forkTypeScript(file: string, ...args: string[]): ChildProcess {
  return fork(join(BUNDLES, file.replace(/\.ts$/, '.js')), args);
}

/** The next message from a process; rejects when it ends first. */
export async function answer<Answer>(child: ChildProcess): Promise<Answer> {
  const end = new AbortController();
  const { signal } = end;
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([message]) => message as Answer),
      once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(`${child.spawnargs.join(' ')} ended with exit code ${code}`);
      }),
    ]);
  } finally {
    end.abort();
  }
}

/** Asks a process for one thing and waits for its answer. */
export function ask<Answer>(child: ChildProcess, message: object): Promise<Answer> {
  const answered = answer<Answer>(child);
  child.send(message);
  return answered;
}
