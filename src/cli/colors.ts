import pc from 'picocolors';

/** Colours for standard output: on a terminal that has them. Where it is none `isTTY` is undefined, and not false. */
export function stdoutColors(): ReturnType<typeof pc.createColors> {
  return pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);
}
