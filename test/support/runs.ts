/** How often a property is tried: so many times with FULL_TESTS, a fifth of that in the short form. */
export function runs(full: number): number {
  return process.env.FULL_TESTS ? full : Math.ceil(full / 5);
}
