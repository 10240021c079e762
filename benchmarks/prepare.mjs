/**
 * Builds what the cases run: the bundles, the guests, the filter as an Extism plugin, where Go is present the host on wazero and the
 * Collector's codec, and the serializer of SDK 3.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, buildGuests } from '../scripts/build-guests.mjs';
import { bundleBenchmarks } from './bundle.mjs';
import { buildExtismPlugin } from './extism/build.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

await bundleBenchmarks();
const built = await buildGuests({ only: ['filter', 'redact', 'sample', 'templates', 'limit', 'dedupe'] });
if (built.length > 0 || !existsSync(join(ROOT, 'build/extism/filter.wasm'))) await buildExtismPlugin();

for (const name of ['template', 'secrets']) {
  await build(join(ROOT, `benchmarks/guests/${name}.ts`), join(ROOT, `build/benchmarks/${name}.wasm`));
}

for (const host of ['wazero', 'pdata']) {
  const { error, status } = spawnSync('go', ['build', '-o', join(ROOT, `build/${host}-benchmark`), '.'], {
    cwd: join(ROOT, 'benchmarks', host),
    stdio: 'inherit',
  });
  if (error !== undefined || status !== 0) console.error(`Without Go and ${host} its cases are skipped.`);
}

const sdk3 = join(ROOT, 'benchmarks/sdk3');
if (!existsSync(join(sdk3, 'node_modules')))
  spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: sdk3, stdio: 'inherit', shell: true });
