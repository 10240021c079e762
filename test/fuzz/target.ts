import { OtelWasmError, type OtelWasmErrorCode } from '../../src/abi/errors';

/** Something that takes bytes from strangers. */
export interface Target {
  readonly name: string;
  /** Good inputs, to start from. */
  readonly corpus: readonly Uint8Array[];
  /** Throws when a law is broken. */
  readonly check: (bytes: Uint8Array) => void;
}

/** What `work` returns; nothing when it throws an OtelWasmError with one of these codes. Anything else it throws goes through. */
export function codeOr<T>(work: () => T, allowed: readonly OtelWasmErrorCode[]): { value: T } | undefined {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof OtelWasmError && allowed.includes(error.code)) return undefined;
    throw error;
  }
}
