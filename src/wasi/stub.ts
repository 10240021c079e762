import type { Signature } from '../abi';
import { ERRNO } from './errno';

/** A host function of any signature: i64 is a bigint, several results are an array. */
export type HostFunction = (...values: unknown[]) => unknown;

/**
 * Replaces an import that this host does not offer (e.g. socket extensions of other hosts), so that a guest which
 * merely links against it still loads. An i32 result is ENOSYS, any other number 0, a reference null.
 */
export function stubFor(signature: Signature): HostFunction {
  const results = signature.results.map(answer);
  return results.length > 1 ? () => results : () => results[0];
}

function answer(type: string): unknown {
  if (type === 'i32') return ERRNO.ENOSYS;
  if (type === 'i64') return 0n;
  return type === 'f32' || type === 'f64' ? 0 : null;
}
