import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Role, Signal } from '../../src/abi/signal';
import { guestPath } from './guests';

const root = join(__dirname, '../..');
const binary = join(root, 'build/wazero-host');
/** Compiled guests: those in Go take seconds each. */
const cache = join(root, 'build/wazero-cache');

/** What the host offers: this project's whole ABI, or what the hosts of the ABI's own project do. */
export type Profile = 'full' | 'v1' | '0.1.0';

export interface Job {
  readonly guest: string;
  readonly role?: Role;
  readonly signal: Signal;
  readonly profile?: Profile;
  /** Whether `start()` is called. Default: as in the profile. */
  readonly start?: boolean;
  readonly config?: unknown;
  /** White space in the configuration, which must be an object then. */
  readonly paddingBytes?: number;
  readonly inputs?: readonly Uint8Array[];
  /** A receiver is asked to stop after that many results. */
  readonly emissions?: number;
}

export interface Outcome {
  readonly status: string;
  readonly bytes: string;
  readonly code: string;
  readonly message: string;
}

export interface Answer {
  readonly error: { readonly code: string; readonly message: string } | undefined;
  readonly outcomes: readonly Outcome[];
  readonly emitted: readonly string[];
  readonly logs: readonly string[];
}

export const hasWazero = (): boolean => existsSync(binary);

/** Runs guests in the Collector's host (collector/cmd/wazero-host): one answer a job. Bytes are base64. */
export function runInWazero(jobs: readonly Job[]): Answer[] {
  const lines = jobs.map(({ guest, role, inputs, config, paddingBytes = 0, ...rest }) => {
    const job = JSON.stringify({
      ...rest,
      role: role ?? 'processor',
      guest: guestPath(guest),
      inputs: inputs?.map(bytes => Buffer.from(bytes).toString('base64')),
    });
    const text = JSON.stringify(config ?? null);
    const padded = paddingBytes === 0 ? text : text[0] + ' '.repeat(paddingBytes) + text.slice(1);
    return `{"config":${padded},${job.slice(1)}`;
  });
  const { status, stdout, stderr } = spawnSync(binary, ['-cache', cache], {
    input: lines.join('\n'),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`the wazero host failed: ${stderr}`);
  return stdout
    .trim()
    .split('\n')
    .map(line => {
      const { error, outcomes, emitted, logs } = JSON.parse(line) as Partial<Omit<Answer, 'outcomes'>> & {
        outcomes?: Partial<Outcome>[];
      };
      return {
        error,
        outcomes: (outcomes ?? []).map(({ status = '', bytes = '', code = '', message = '' }) => ({
          status,
          bytes,
          code,
          message,
        })),
        emitted: emitted ?? [],
        logs: logs ?? [],
      };
    });
}
