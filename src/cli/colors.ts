import pc from 'picocolors';

/**
 * Colours for standard output, used on a terminal that supports them. NO_COLOR (https://no-color.org) and
 * `FORCE_COLOR=0` turn them off; FORCE_COLOR turns them on for any output.
 */
export function stdoutColors(): ReturnType<typeof pc.createColors> {
  return pc.createColors(hasColors(process.env, process.stdout.isTTY));
}

/** Without a terminal, `isTTY` is undefined instead of false. */
function hasColors({ NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv, isTTY: boolean | undefined): boolean {
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return isTTY === true && TERM !== 'dumb';
}
