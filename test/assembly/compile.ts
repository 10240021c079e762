import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** Guests of tests, by the hash of all that they are made of: compiling one takes seconds. */
const KEPT = join(ROOT, 'build/test-guests');

/**
 * Compiles guest sources given as text, in the process of the build script; what is kept from an earlier run is not
 * compiled again.
 */
export function compile(
  sources: Record<string, string>,
  naming = 'v1',
  options: string[] = [],
): Record<string, WebAssembly.Module> {
  return Object.fromEntries(
    Object.entries(compileToFiles(sources, naming, options)).map(([name, path]) => [
      name,
      new WebAssembly.Module(readFileSync(path)),
    ]),
  );
}

/** The same, as paths. */
export function compileToFiles(
  sources: Record<string, string>,
  naming = 'v1',
  options: string[] = [],
): Record<string, string> {
  const paths = Object.fromEntries(
    Object.entries(sources).map(([name, text]) => [name, join(KEPT, keyOf(text, naming, options))]),
  );
  const missing = Object.keys(sources).filter(name => !existsSync(paths[name]));
  if (missing.length > 0) build(missing, sources, { naming, options }, paths);
  return paths;
}

function build(
  names: readonly string[],
  sources: Record<string, string>,
  options: object,
  paths: Record<string, string>,
): void {
  const folder = mkdtempSync(join(tmpdir(), 'otelwasm-guest-'));
  try {
    for (const name of names) writeFileSync(join(folder, `${name}.ts`), sources[name]);
    const script = `
      import { build } from ${JSON.stringify(join(ROOT, 'scripts/build-guests.mjs'))};
      for (const name of ${JSON.stringify(names)}) {
        await build(${JSON.stringify(folder)} + '/' + name + '.ts', ${JSON.stringify(folder)} + '/' + name + '.wasm', ${JSON.stringify(options)});
      }`;
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    mkdirSync(KEPT, { recursive: true });
    for (const name of names) {
      // Renamed into place: another process may be looking.
      const draft = `${paths[name]}.${process.pid}`;
      copyFileSync(join(folder, `${name}.wasm`), draft);
      renameSync(draft, paths[name]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function keyOf(text: string, naming: string, options: readonly string[]): string {
  const hash = createHash('sha256').update(sdkHash()).update(JSON.stringify([text, naming, options]));
  return `${hash.digest('hex')}.wasm`;
}

let sdk: string | undefined;

/** What a guest is built with: the SDK, the compiler of patterns that its transform runs, the build script, AssemblyScript. */
function sdkHash(): string {
  if (sdk !== undefined) return sdk;
  const hash = createHash('sha256');
  const files = [
    ...listFiles('assembly'),
    ...listFiles('src/rules/regex'),
    'scripts/build-guests.mjs',
    'node_modules/assemblyscript/package.json',
  ];
  for (const file of files) hash.update(file).update(readFileSync(join(ROOT, file)));
  return (sdk = hash.digest('hex'));
}

function listFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map(name => join(folder, name))
    .filter(path => statSync(join(ROOT, path)).isFile())
    .sort();
}
