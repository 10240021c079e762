import assert from 'node:assert/strict';
import { countItems } from '../../src/otlp';
import type { Answer, Job } from './nodeHost';

/** A line of `build/host-kit/jobs.jsonl`. */
export interface HostCase {
  readonly name: string;
  readonly profiles: readonly string[];
  readonly job: Job;
  readonly expect: Expectation;
  readonly strict: Expectation;
}

/** Messages are regular expressions; what is absent may be anything. */
interface Problem {
  readonly code?: string;
  readonly message?: string;
}

interface Expectation {
  readonly error?: Problem;
  readonly outcomes: readonly (Problem & {
    readonly status: string;
    readonly bytes?: string;
    readonly count?: number;
  })[];
  readonly logs?: readonly string[];
  readonly emitted?: number;
  readonly stats?: Readonly<Record<string, unknown>>;
}

/** Throws unless the answer is what a host must give. */
export function assertAnswers(answer: Answer, { signal }: Job, expected: Expectation): void {
  if (expected.error === undefined) assert.equal(answer.error, undefined);
  else assertProblem(answer.error ?? {}, expected.error);
  assert.deepEqual(
    answer.outcomes.map(({ status }) => status),
    expected.outcomes.map(({ status }) => status),
    JSON.stringify(answer.outcomes),
  );
  expected.outcomes.forEach((outcome, i) => {
    const { bytes = '', ...problem } = answer.outcomes[i];
    assertProblem(problem, outcome);
    if (outcome.count === undefined) assert.equal(bytes, outcome.bytes ?? '');
    else assert.equal(countItems(signal, Buffer.from(bytes, 'base64')), outcome.count);
  });
  if (expected.logs !== undefined) assert.deepEqual(answer.logs, expected.logs);
  if (expected.emitted !== undefined) assert.equal(answer.emitted.length, expected.emitted);
  for (const [name, value] of Object.entries(expected.stats ?? {}))
    assert.deepEqual(answer.stats?.[name], value, name);
}

function assertProblem(answered: Problem, { code, message }: Problem): void {
  if (code !== undefined) assert.equal(answered.code, code, answered.message);
  if (message !== undefined) assert.match(answered.message ?? '', new RegExp(message));
}
