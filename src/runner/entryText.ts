import type * as Esbuild from 'esbuild';
import { join } from 'node:path';

const texts = new Map<string, string>();

/**
 * `entry.ts` of a folder and its imports, as one script. For tests, which run the sources. The build replaces the
 * modules that call this by ones that contain the text.
 */
export function entryText(folder: string): string {
  const text = texts.get(folder) ?? bundled(folder);
  texts.set(folder, text);
  return text;
}

function bundled(folder: string): string {
  // Not imported, so that the bundle does not contain the bundler.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { buildSync } = require('esbuild') as typeof Esbuild;
  return buildSync({
    entryPoints: [join(folder, 'entry.ts')],
    bundle: true,
    external: ['esbuild', 'otelwasm/rules', 'otelwasm/guests'],
    supported: { 'dynamic-import': false },
    platform: 'node',
    target: 'node20.6',
    format: 'cjs',
    write: false,
  }).outputFiles[0].text;
}
