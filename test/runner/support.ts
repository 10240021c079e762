import { channel } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import type { Role, Signal } from '../../src/abi/signal';
import { type InstanceOptions, type LoadedGuest, loadGuest } from '../../src/guest';
import { type RunningInstance, startInline, startWorker } from '../../src/runner';
import { guest } from '../support/guests';

export const MAX_MEMORY_BYTES = 16 * 2 ** 20;

/** Both places where a guest can run: what holds for one holds for the other. */
export const ISOLATIONS: readonly {
  readonly isolation: 'inline' | 'worker';
  readonly start: (guest: LoadedGuest, options: InstanceOptions) => RunningInstance;
}[] = [
  { isolation: 'inline', start: startInline },
  { isolation: 'worker', start: startWorker },
];

/** `test/guests/<path>.wat`, loaded for a role. */
export async function load(
  path: string,
  role: Role = 'processor',
  signal: Signal = 'traces',
): Promise<LoadedGuest> {
  return loadGuest(await guest(path), role, signal, MAX_MEMORY_BYTES);
}

export function instanceOptions(options: Partial<InstanceOptions> = {}): InstanceOptions {
  return {
    role: 'processor',
    signal: 'traces',
    pluginConfigJson: 'null',
    guestTimeoutMillis: 1_000,
    maxMemoryBytes: MAX_MEMORY_BYTES,
    log: () => undefined,
    ...options,
  };
}

/** Tells `meet` of each worker thread that this process starts, until the function it returns is called. */
export function onWorkers(meet: (worker: Worker) => void): () => void {
  const started = (message: unknown): void => meet((message as { worker: Worker }).worker);
  const threads = channel('worker_threads');
  threads.subscribe(started);
  return () => void threads.unsubscribe(started);
}

/** Runs `work` and gives the worker threads that were started meanwhile. */
export async function workersOf(work: () => unknown): Promise<Worker[]> {
  const workers: Worker[] = [];
  const stop = onWorkers(worker => void workers.push(worker));
  try {
    await work();
    return workers;
  } finally {
    stop();
  }
}
