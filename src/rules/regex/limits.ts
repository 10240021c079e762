/** Limits of a pattern. Each refusal names its limit. */
export const LIMITS = {
  /** For one repeat, and for the product of nested ones, like in RE2. */
  maxRepeat: 1000,
  /** Nesting of groups and repeats. */
  maxDepth: 1000,
  /** Instructions of the machine, after repeats are expanded. */
  maxInstructions: 10_000,
  /** Classes of characters that the pattern distinguishes. */
  maxClasses: 2_047,
  /** Memory of a match in the guest, known in advance. */
  maxScratchBytes: 4 * 2 ** 20,
  /** Both tables of a DFA. A pattern that needs more runs on the Pike machine alone. */
  maxTableBytes: 32 * 2 ** 10,
} as const;
