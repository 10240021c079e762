import { OtelWasmError, quote } from '../../abi';

/** A pattern that is not RE2 syntax, or too large. `code` is `INVALID_PATTERN`. */
export class PatternError extends OtelWasmError {
  constructor(
    /** The problem, without the pattern. */
    readonly problem: string,
    readonly source: string,
    /** Start and end of the fault in `source`, in UTF-16 units. */
    readonly position: number,
    readonly end: number,
  ) {
    super('INVALID_PATTERN', `pattern ${quote(source)}, at ${position}: ${problem}`);
  }
}
