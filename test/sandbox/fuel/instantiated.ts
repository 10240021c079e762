import { GuestInstance, type InstanceOptions, loadGuest } from '../../../src/guest';
import { addFuel } from '../../../src/sandbox/fuel/addFuel';
import { readModule } from '../../../src/wasm/module';
import { ModuleSections } from '../../../src/wasm/sections';
import { guest } from '../../support/guests';

export interface Instantiated {
  readonly instance: GuestInstance;
  /** What the guest logged, as `info: text`. */
  readonly lines: string[];
}

export const MEBIBYTE = 2 ** 20;

/** An instance of `test/guests/<name>.wat` or of a module: a traces processor that is not started yet. */
export async function instantiated(
  source: string | Uint8Array | WebAssembly.Module,
  options: Partial<InstanceOptions> = {},
): Promise<Instantiated> {
  const lines: string[] = [];
  const all: InstanceOptions = {
    role: 'processor',
    signal: 'traces',
    pluginConfigJson: 'null',
    guestTimeoutMillis: 1_000,
    startTimeoutMillis: 10_000,
    maxMemoryBytes: 16 * MEBIBYTE,
    log: (level, text) => void lines.push(`${level}: ${text}`),
    ...options,
  };
  const bytes = typeof source === 'string' ? await guest(source) : source;
  const loaded = loadGuest(bytes, all.role, all.signal, all.maxMemoryBytes);
  return { instance: new GuestInstance(loaded, all), lines };
}

/** {@link instantiated}, and started. */
export async function started(...args: Parameters<typeof instantiated>): Promise<Instantiated> {
  const made = await instantiated(...args);
  made.instance.start();
  return made;
}

export const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** The module as it runs: with fuel. */
export function withFuel(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const sections = new ModuleSections(module);
  addFuel(sections, readModule(module));
  return sections.join();
}
