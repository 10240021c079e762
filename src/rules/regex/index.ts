/**
 * Regular expressions with RE2's syntax and Go's semantics, compiled to programs that `assembly/pattern` runs in a guest.
 *
 * ```ts
 * const { program, literals } = compileRegex('/users/([0-9]+)'); // bytes for Pattern.load, texts for a prefilter
 * ```
 *
 * A pattern is parsed (`parse`) and turned into a machine (`nfa`), and its characters are grouped into classes
 * (`alphabet`). If they stay small, tables of a DFA are built: forwards to find where a match ends, backwards to find
 * where it begins. `program` encodes all of this.
 */
export { compileRegex, type CompiledRegex, type RegexOptions } from './compile';
export { LIMITS as REGEX_LIMITS } from './limits';
export type { Literals } from './literals';
export { PatternError } from './patternError';
