import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { channel } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import wabt from 'wabt';
import type { Role, Signal } from '../../src/abi/signal';
import { type InstanceOptions, type LoadedGuest, loadGuest } from '../../src/guest';
import { type RunningInstance, startInline, startWorker } from '../../src/runner';

export const MAX_MEMORY_BYTES = 16 * 2 ** 20;

/** Both places where a guest can run: what holds for one holds for the other. */
export const ISOLATIONS: readonly {
  readonly isolation: 'inline' | 'worker';
  readonly start: (guest: LoadedGuest, options: InstanceOptions) => RunningInstance;
}[] = [
  { isolation: 'inline', start: startInline },
  { isolation: 'worker', start: startWorker },
];

/** The bytes of `test/guests/<path>.wat`. */
export async function assemble(path: string): Promise<Uint8Array> {
  const file = join(__dirname, '../guests', `${path}.wat`);
  const { parseWat } = await wabt();
  return parseWat(file, readFileSync(file, 'utf8')).toBinary({}).buffer;
}

/** `test/guests/<path>.wat`, loaded for a role. */
export async function load(
  path: string,
  role: Role = 'processor',
  signal: Signal = 'traces',
): Promise<LoadedGuest> {
  return loadGuest(await assemble(path), role, signal, MAX_MEMORY_BYTES);
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

/** Runs `work` and gives the worker threads that were started meanwhile. */
export async function workersOf(work: () => unknown): Promise<Worker[]> {
  const workers: Worker[] = [];
  const started = (message: unknown): void => void workers.push((message as { worker: Worker }).worker);
  const threads = channel('worker_threads');
  threads.subscribe(started);
  try {
    await work();
    return workers;
  } finally {
    threads.unsubscribe(started);
  }
}
