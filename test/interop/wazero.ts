import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Signal } from '../../src/abi/signal';
import { guestPath } from './guests';

const binary = join(__dirname, '../../build/wazero-host');

export interface Job {
  readonly guest: string;
  readonly signal: Signal;
  readonly config?: unknown;
  readonly inputs?: readonly Uint8Array[];
  /** Makes the guest a receiver that is asked to stop after that many results. */
  readonly emissions?: number;
}

export interface Outcome {
  readonly status: string;
  readonly bytes: string;
  readonly reason: string;
}

export interface Answer {
  readonly error: string | undefined;
  readonly outcomes: readonly Outcome[];
  readonly emitted: readonly string[];
}

export const hasWazero = (): boolean => existsSync(binary);

/** Runs guests in the test host on wazero (test/interop/wazero-host): one answer a job. Bytes are base64. */
export function runInWazero(jobs: readonly Job[]): Answer[] {
  const lines = jobs.map(({ guest, inputs, config, ...rest }) =>
    JSON.stringify({
      ...rest,
      config: config ?? null,
      guest: guestPath(guest),
      inputs: inputs?.map(bytes => Buffer.from(bytes).toString('base64')),
    }),
  );
  const { status, stdout, stderr } = spawnSync(binary, {
    input: lines.join('\n'),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`the wazero host failed: ${stderr}`);
  const answers = stdout.trim().split('\n');
  return answers.map(line => {
    const { error, outcomes, emitted } = JSON.parse(line) as {
      error?: string;
      outcomes?: Partial<Outcome>[];
      emitted?: string[];
    };
    return {
      error,
      outcomes: (outcomes ?? []).map(({ status = '', bytes = '', reason = '' }) => ({
        status,
        bytes,
        reason,
      })),
      emitted: emitted ?? [],
    };
  });
}
