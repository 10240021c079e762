/** Runs of a property: all with FULL_TESTS, a fifth of them without. */
export function runs(full: number): number {
  return process.env.FULL_TESTS ? full : Math.ceil(full / 5);
}
