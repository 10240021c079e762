/**
 * Regular expressions of RE2's syntax and Go's semantics, compiled here to programs that `assembly/pattern` runs in a guest.
 *
 * ```ts
 * const { program, literals } = compileRegex('/users/([0-9]+)');   // bytes for Pattern.load, texts for a prefilter
 * ```
 *
 * A pattern is parsed (`parse`), made a machine (`nfa`), its characters put into classes (`alphabet`), and where that stays
 * small tables of a DFA are made, forwards for where a match ends and backwards for where it begins. `program` writes it all
 * into bytes.
 */
export { compileRegex, type CompiledRegex, type RegexOptions } from './compile';
export { LIMITS as REGEX_LIMITS } from './limits';
export type { Literals } from './literals';
export { PatternError } from './patternError';
