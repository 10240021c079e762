/** What a pattern may take. Each refusal names its limit. */
export const LIMITS = {
  /** Of one repeat, and of the product of nested ones: as RE2 has it. */
  maxRepeat: 1000,
  /** Groups and repeats in one another. */
  maxDepth: 1000,
  /** Instructions of the machine, after repeats are written out. */
  maxInstructions: 10_000,
  /** Classes of characters that the pattern distinguishes. */
  maxClasses: 2_047,
  /** Memory that a match may take in the guest, known before. */
  maxScratchBytes: 4 * 2 ** 20,
  /** The two tables of a DFA. A pattern that needs more runs on the Pike machine alone. */
  maxTableBytes: 32 * 2 ** 10,
} as const;
