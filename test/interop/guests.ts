import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role, Signal } from '../../src/abi/signal';
import { GuestInstance, type InstanceOptions, loadGuest } from '../../src/guest';

const root = join(__dirname, '../..');

/** The path of a guest that scripts/interop.mjs built, for instance `c/filter`. */
export function guestPath(name: string): string {
  return join(root, 'build/guests', `${name}.wasm`);
}

export const isBuilt = (name: string): boolean => existsSync(guestPath(name));

/** Skips a suite and names the guest without a toolchain. */
export function needs(suite: Mocha.Context, ...names: string[]): void {
  const absent = names.filter(name => !isBuilt(name));
  if (absent.length > 0) {
    console.log(`      not built: ${absent.join(', ')}`);
    suite.skip();
  }
}

export interface HostedOptions extends Partial<Omit<InstanceOptions, 'signal' | 'pluginConfigJson'>> {
  readonly role?: Role;
  readonly signal?: Signal;
  readonly pluginConfig?: unknown;
}

/** A started instance in this project's host, with its log. */
export function host(
  name: string,
  options: HostedOptions = {},
): { instance: GuestInstance; lines: string[] } {
  const { role = 'processor', signal = 'traces', pluginConfig = null, ...rest } = options;
  const maxMemoryBytes = rest.maxMemoryBytes ?? 256 * 2 ** 20;
  const lines: string[] = [];
  const instance = new GuestInstance(loadGuest(guestPath(name), role, signal, maxMemoryBytes), {
    guestTimeoutMillis: 30_000,
    log: (level, text) => lines.push(`${level} ${text}`),
    ...rest,
    role,
    signal,
    maxMemoryBytes,
    pluginConfigJson: JSON.stringify(pluginConfig),
  });
  instance.start();
  return { instance, lines };
}

export interface Case {
  readonly name: string;
  readonly processor: string;
  readonly signal: Signal;
  readonly config: unknown;
}

const data = (file: string): string => readFileSync(join(__dirname, 'data', file), 'utf8');

/** Configurations of the Collector's processors. */
export function collectorCases(): readonly Case[] {
  return (JSON.parse(data('collector.json')) as { cases: Case[] }).cases;
}

/** The native results of the processors by the name of the case, and the inputs by signal. */
export function collectorExpected(): ReadonlyMap<string, Uint8Array> {
  const rows = data('collector.expected.jsonl').trim().split('\n');
  return new Map(
    rows.map(row => {
      const { name, output } = JSON.parse(row) as { name: string; output: string | null };
      return [name, new Uint8Array(Buffer.from(output ?? '', 'base64'))];
    }),
  );
}
