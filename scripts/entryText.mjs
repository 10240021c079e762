import { buildSync } from 'esbuild';
import { fileURLToPath } from 'node:url';

/** The code of a guest's thread or process (`worker`, `process`) as one script that imports nothing but Node's modules. */
export function entryText(place) {
  const { outputFiles } = buildSync({
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    entryPoints: [`src/runner/${place}/entry.ts`],
    bundle: true,
    // The main thread loads guests; this is never asked for here.
    external: ['otelwasm/rules', 'otelwasm/guests'],
    platform: 'node',
    target: 'node20.6',
    format: 'cjs',
    minifyWhitespace: true,
    minifySyntax: true,
    write: false,
  });
  return outputFiles[0].text;
}
