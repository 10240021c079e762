import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const SDK = join(ROOT, 'assembly');

export type RawExports = Record<string, (...args: number[]) => number> & { memory: WebAssembly.Memory };

/**
 * A part of the SDK with raw exports, and nothing of the ABI around it. `source` imports from `../../assembly`. What was compiled
 * after the last change of the SDK is not compiled again.
 */
export function compileRaw(name: string, source: string): WebAssembly.Module {
  const folder = join(ROOT, 'build', name);
  mkdirSync(folder, { recursive: true });
  const [entry, wasm] = [join(folder, 'index.ts'), join(folder, 'index.wasm')];
  if (!existsSync(entry) || readFileSync(entry, 'utf8') !== source) writeFileSync(entry, source);
  const changed = Math.max(newest(SDK), statSync(entry).mtimeMs);
  if (!existsSync(wasm) || statSync(wasm).mtimeMs < changed) {
    const options = '--runtime minimal --exportRuntime -O3 --noAssert --enable simd --use abort=';
    const asc = join(ROOT, 'node_modules/assemblyscript/bin/asc.js');
    const args = [asc, `build/${name}/index.ts`, ...options.split(' '), '--outFile', wasm];
    execFileSync(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  }
  return new WebAssembly.Module(readFileSync(wasm));
}

/** Time of the last change to a file, or to anything in a folder. */
function newest(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map(name => newest(join(path, name))));
}
