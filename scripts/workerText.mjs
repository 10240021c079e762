import { buildSync } from 'esbuild';
import { fileURLToPath } from 'node:url';

/** The code of a guest's thread as one script without imports of its own but Node's. */
export function workerText() {
  const { outputFiles } = buildSync({
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    entryPoints: ['src/runner/worker/entry.ts'],
    bundle: true,
    platform: 'node',
    target: 'node20.6',
    format: 'cjs',
    minifyWhitespace: true,
    minifySyntax: true,
    write: false,
  });
  return outputFiles[0].text;
}
