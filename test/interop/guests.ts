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

/** Skips a suite, naming the guest whose toolchain is absent. */
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

/** An instance in this project's host, started, with the log it writes. */
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

/** What the processors answered natively, by the name of the case; the inputs, by their signal. */
export function collectorExpected(): ReadonlyMap<string, Uint8Array> {
  const rows = data('collector.expected.jsonl').trim().split('\n');
  return new Map(
    rows.map(row => {
      const { name, output } = JSON.parse(row) as { name: string; output: string | null };
      return [name, new Uint8Array(Buffer.from(output ?? '', 'base64'))];
    }),
  );
}
