import pc from 'picocolors';

/**
 * Colours for standard output: on a terminal that has them. NO_COLOR (https://no-color.org) takes them away, FORCE_COLOR
 * brings them wherever the output goes, and `FORCE_COLOR=0` takes them away as well.
 */
export function stdoutColors(): ReturnType<typeof pc.createColors> {
  return pc.createColors(hasColors(process.env, process.stdout.isTTY));
}

/** Without a terminal, `isTTY` is undefined, not false. */
function hasColors({ NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv, isTTY: boolean | undefined): boolean {
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return isTTY === true && TERM !== 'dumb';
}
