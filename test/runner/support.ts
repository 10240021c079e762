import { channel } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import type { Role, Signal } from '../../src/abi/signal';
import { findGuest, type InstanceOptions, type LoadedGuest, loadGuest } from '../../src/guest';
import { type RunningInstance, processStarter, startInline, startWorker } from '../../src/runner';
import { guest } from '../support/guests';

export const MAX_MEMORY_BYTES = 16 * 2 ** 20;

/** Starts instances of a guest. */
export type Start = (options: InstanceOptions) => RunningInstance;

/** Every isolation; the same tests run for each. */
export const ISOLATIONS: readonly {
  readonly isolation: 'inline' | 'worker' | 'process';
  readonly prepare: (path: string, role?: Role, signal?: Signal) => Promise<Start>;
}[] = [
  { isolation: 'inline', prepare: async (...guest) => bind(startInline, await load(...guest)) },
  { isolation: 'worker', prepare: async (...guest) => bind(startWorker, await load(...guest)) },
  {
    isolation: 'process',
    prepare: async path => processStarter(findGuest(await guest(path))),
  },
];

function bind(
  start: (guest: LoadedGuest, options: InstanceOptions) => RunningInstance,
  loaded: LoadedGuest,
): Start {
  return options => start(loaded, options);
}

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

/** Calls `meet` with each worker thread that this process starts, until the returned function is called. */
export function onWorkers(meet: (worker: Worker) => void): () => void {
  const started = (message: unknown): void => {
    // esbuild, which bundles the sources for the first guest, also starts a worker.
    if (!new Error().stack?.includes('esbuild')) meet((message as { worker: Worker }).worker);
  };
  const threads = channel('worker_threads');
  threads.subscribe(started);
  return () => void threads.unsubscribe(started);
}

/** Runs `work` and returns the worker threads that it started. */
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
