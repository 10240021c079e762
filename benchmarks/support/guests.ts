import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Signal } from '../../src/abi';
import { GuestInstance, loadGuest, type GuestSource } from '../../src/guest';

export const BUILT = join(__dirname, '../../build/guests');

/** The example guests in AssemblyScript (`npm run build:guests`). */
export const FILTER = join(BUILT, 'filter.wasm');
export const REDACT = join(BUILT, 'redact.wasm');
export const SAMPLE = join(BUILT, 'sample.wasm');
export const LIMIT = join(BUILT, 'limit.wasm');
export const DEDUPE = join(BUILT, 'dedupe.wasm');
export const TEMPLATES = join(BUILT, 'templates.wasm');

export const REDACT_CONFIG = { keys: ['client.*'], texts: ['Bearer *'] };

/** A guest of `test/guests`, written in WebAssembly text. */
export { guest as textGuest } from '../../test/support/guests';

/** Undefined if the file exists, else how to get it. */
export const unlessExists = (file: string, how: string) => () =>
  existsSync(file) ? undefined : `${file} is missing: ${how}`;

/** A started processor, by default of traces. `guestTimeoutMillis` 0 runs it without a deadline. */
export function startGuest(
  source: GuestSource,
  pluginConfig: unknown = null,
  guestTimeoutMillis = 0,
  signal: Signal = 'traces',
): GuestInstance {
  const maxMemoryBytes = 256 * 2 ** 20;
  const instance = new GuestInstance(loadGuest(source, 'processor', signal, maxMemoryBytes), {
    role: 'processor',
    signal,
    pluginConfigJson: JSON.stringify(pluginConfig),
    guestTimeoutMillis,
    maxMemoryBytes,
    log: () => undefined,
  });
  instance.start();
  return instance;
}

/**
 * Hands a batch over; anything but success is an error of the benchmark. The result is given back at once, as adapters do when
 * it is sent: it is good until the next call.
 */
export function consume(instance: GuestInstance, bytes: Uint8Array): Uint8Array {
  const outcome = instance.consume(bytes);
  if (outcome.status === 'changed') {
    outcome.release();
    return outcome.bytes;
  }
  if (outcome.status === 'unchanged') return bytes;
  throw outcome.error;
}
