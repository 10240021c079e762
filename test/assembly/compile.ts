import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** A cache of compiled test guests, one folder each, named by the hash of all inputs: compiling takes seconds. */
const KEPT = join(ROOT, 'build/test-guests');

/** The path of a module, with its source map beside it if there is one; or the error of the compiler. */
export type Outcome = { readonly path: string } | { readonly error: string };

/** Compiles guest sources given as text, by name. Throws the error of the compiler. */
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
  return Object.fromEntries(
    Object.entries(tryToCompile(sources, naming, options)).map(([name, outcome]) => {
      if ('error' in outcome) throw new Error(outcome.error);
      return [name, outcome.path];
    }),
  );
}

/**
 * Compiles each source in the process of the build script. Results of earlier runs, also errors, are reused.
 */
export function tryToCompile(
  sources: Record<string, string>,
  naming = 'v1',
  options: string[] = [],
): Record<string, Outcome> {
  const folders = Object.fromEntries(
    Object.entries(sources).map(([name, text]) => [name, join(KEPT, keyOf([name, text, naming, options]))]),
  );
  const missing = Object.keys(sources).filter(name => !existsSync(folders[name]));
  if (missing.length > 0) build(missing, sources, { naming, options }, folders);
  return Object.fromEntries(
    Object.entries(folders).map(([name, folder]) => {
      const now = new Date();
      utimesSync(folder, now, now);
      const error = join(folder, 'error.txt');
      if (existsSync(error)) return [name, { error: readFileSync(error, 'utf8') }];
      return [name, { path: join(folder, `${name}.wasm`) }];
    }),
  );
}

function build(
  names: readonly string[],
  sources: Record<string, string>,
  options: object,
  folders: Record<string, string>,
): void {
  const folder = mkdtempSync(join(tmpdir(), 'otelwasm-guest-'));
  try {
    for (const name of names) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, `${name}.ts`), sources[name]);
    }
    const script = `
      import { writeFileSync } from 'node:fs';
      import { build } from ${JSON.stringify(join(ROOT, 'scripts/build-guests.mjs'))};
      for (const name of ${JSON.stringify(names)}) {
        const path = ${JSON.stringify(folder)} + '/' + name + '/';
        await build(path + name + '.ts', path + name + '.wasm', ${JSON.stringify(options)})
          .catch(error => writeFileSync(path + 'error.txt', error.message));
      }`;
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for (const name of names) {
      // Renamed into place, because another process may read it or have written it first.
      const draft = `${folders[name]}.${process.pid}`;
      cpSync(join(folder, name), draft, { recursive: true });
      if (existsSync(folders[name])) rmSync(draft, { recursive: true });
      else renameSync(draft, folders[name]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Where to keep the module that is made otherwise of these sources and the SDK, until one of them changes. */
export function keptIn(...made: readonly unknown[]): string {
  return join(KEPT, keyOf(made), 'guest.wasm');
}

function keyOf(made: readonly unknown[]): string {
  return createHash('sha256').update(sdkHash()).update(JSON.stringify(made)).digest('hex');
}

let sdk: string | undefined;

/** The inputs of every build: the SDK, the pattern compiler of its transform, the build script, AssemblyScript. */
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
