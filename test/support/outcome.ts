import type { ConsumeOutcome } from '../../src/guest';

/** An outcome for comparison, without its `release`. */
export function comparable(outcome: ConsumeOutcome): object {
  return outcome.status === 'changed' ? { status: outcome.status, bytes: outcome.bytes } : outcome;
}
