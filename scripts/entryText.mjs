import { buildSync } from 'esbuild';
import { fileURLToPath } from 'node:url';

/** Where the scripts that run in threads and processes begin: `entry.ts` of these folders of src. */
export const ENTRY_FOLDERS = {
  worker: 'runner/worker',
  process: 'runner/process',
  pipeline: 'pipeline/thread',
};

/** The code of such a thread or process as one script that imports nothing but Node's modules. */
export function entryText(folder) {
  const { outputFiles } = buildSync({
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    entryPoints: [`src/${folder}/entry.ts`],
    bundle: true,
    // The main thread loads guests; this is never asked for here.
    external: ['otelwasm/rules', 'otelwasm/guests', 'esbuild'],
    supported: { 'dynamic-import': false },
    platform: 'node',
    target: 'node20.6',
    format: 'cjs',
    mainFields: ['module', 'main'],
    conditions: ['module'],
    minifyWhitespace: true,
    minifySyntax: true,
    write: false,
  });
  return outputFiles[0].text;
}
