/**
 * Bundles each program of the benchmarks with the sources that it measures, as the build does for what is published.
 * Loaded file by file, constants that come through an index file would be getters, which the published code does not have.
 */
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export async function bundleBenchmarks() {
  await build({
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    entryPoints: ['run.ts', 'runCase.ts', 'sides/*.ts', 'support/sinkServer.ts'].map(
      file => `benchmarks/${file}`,
    ),
    outbase: 'benchmarks',
    outdir: 'build/benchmarks',
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20.6',
    format: 'cjs',
    supported: { 'dynamic-import': false },
    logLevel: 'warning',
    plugins: [locateSources],
  });
}

/** The sources find files beside them: each keeps its own `__dirname` in the bundle. */
const locateSources = {
  name: 'locate sources',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const located = { __dirname: dirname(path), __filename: path };
      const lines = Object.entries(located).map(
        ([name, value]) => `const ${name} = ${JSON.stringify(value)};`,
      );
      return { contents: `${lines.join(' ')}${readFileSync(path, 'utf8')}`, loader: 'ts' };
    });
  },
};
