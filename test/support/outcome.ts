import type { ConsumeOutcome } from '../../src/guest';

/** An outcome as it is compared: without what releases its bytes. */
export function comparable(outcome: ConsumeOutcome): object {
  return outcome.status === 'changed' ? { status: outcome.status, bytes: outcome.bytes } : outcome;
}
