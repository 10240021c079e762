import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** Compiles guest sources given as text, in the process of the build script. */
export function compile(
  sources: Record<string, string>,
  naming = 'v1',
  options: string[] = [],
): Record<string, WebAssembly.Module> {
  const folder = mkdtempSync(join(tmpdir(), 'otelwasm-guest-'));
  try {
    for (const [name, text] of Object.entries(sources)) writeFileSync(join(folder, `${name}.ts`), text);
    const script = `
      import { build } from ${JSON.stringify(join(ROOT, 'scripts/build-guests.mjs'))};
      for (const name of ${JSON.stringify(Object.keys(sources))}) {
        await build(${JSON.stringify(folder)} + '/' + name + '.ts', ${JSON.stringify(folder)} + '/' + name + '.wasm', ${JSON.stringify({ naming, options })});
      }`;
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return Object.fromEntries(
      Object.keys(sources).map(name => [
        name,
        new WebAssembly.Module(readFileSync(join(folder, `${name}.wasm`))),
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
