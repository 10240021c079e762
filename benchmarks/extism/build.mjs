/** The filter as an Extism plugin: benchmarks/extism/filter.ts -> build/extism/filter.wasm. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SDK = `node_modules${sep}otelwasm${sep}`;
const HOST = ['functions.ts', 'log.ts'].map(name => join('assembly', 'host', name));

// The SDK of this checkout, with Extism's host functions in the place of its own.
function readFile(name, baseDir) {
  const inPackage = name.startsWith(SDK) ? name.slice(SDK.length) : name;
  const path = resolve(baseDir, HOST.includes(inPackage) ? 'benchmarks/extism/host.ts' : inPackage);
  return existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'utf8') : null;
}

function writeFile(name, contents, baseDir) {
  const path = resolve(baseDir, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}

/** Throws what the compiler says. */
export async function buildExtismPlugin() {
  const stderr = asc.createMemoryStream();
  const options = '--runtime minimal -O3 --noAssert --use abort=otelwasmAbort'.split(' ');
  const { error } = await asc.main(
    ['benchmarks/extism/filter.ts', '--baseDir', ROOT, ...options, '--outFile', 'build/extism/filter.wasm'],
    { stderr, stdout: asc.createMemoryStream(), readFile, writeFile, listFiles: () => [] },
  );
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
}
