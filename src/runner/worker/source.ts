import { buildSync } from 'esbuild';
import { join } from 'node:path';

/**
 * The code of a guest's thread: `entry.ts` and all it imports, as one script. This is for tests, which run the sources;
 * the build (scripts/bundle.mjs) puts the text itself in the place of this module.
 */
export const workerSource: string = buildSync({
  entryPoints: [join(__dirname, 'entry.ts')],
  bundle: true,
  // The app makes guests of rules, and knows those that ship.
  external: ['otelwasm/rules', 'otelwasm/guests'],
  platform: 'node',
  target: 'node20.6',
  format: 'cjs',
  write: false,
}).outputFiles[0].text;
