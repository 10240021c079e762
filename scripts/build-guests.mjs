/**
 * Builds the AssemblyScript guests: guests/<guest>/index.ts, which ship with the package, and
 * examples/guests/assemblyscript/<guest>/index.ts -> build/guests/<guest>.wasm.
 *
 *   node scripts/build-guests.mjs [--only filter,redact] [--naming v1|0.1.0] [--out-dir folder] [--force]
 *   node scripts/build-guests.mjs --only-shipped
 *
 * What ships is built in both namings: the guests become build/shipped/<naming>/<guest>.wasm with a table of them,
 * build/shipped/guests.json, and the engine of rules, assembly/rules, becomes build/rules/<naming>.wasm.
 * A guest that is newer than its sources and the SDK is not built again. `--naming 0.1.0` builds for the `otelwasm_*`
 * names, by default into build/guests/0.1.0. `build()` below does the same from a program, also for other sources.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { withParts } from './engine-parts.mjs';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SDK = join(ROOT, 'assembly');
const SHIPPED = join(ROOT, 'guests');
const EXAMPLES = join(ROOT, 'examples/guests/assemblyscript');
const NAMINGS = ['v1', '0.1.0'];

/** Names of the guests in a folder: its folders with an index.ts. */
function namesIn(folder) {
  return readdirSync(folder).filter(name => existsSync(join(folder, name, 'index.ts')));
}

/** Names of all guests. */
export function guestNames() {
  return [...namesIn(SHIPPED), ...namesIn(EXAMPLES)];
}

/** Builds the guests that are out of date. Returns the names of those it built. */
export async function buildGuests({ only, naming = 'v1', outDir, force = false } = {}) {
  if (!NAMINGS.includes(naming)) throw new Error(`--naming ${naming}: must be one of ${NAMINGS.join(', ')}`);
  const known = guestNames();
  const names = only ?? known;
  for (const name of names) {
    if (!known.includes(name))
      throw new Error(`--only ${name}: no such guest; available are ${known.join(', ')}`);
  }
  const folder = resolve(ROOT, outDir ?? (naming === 'v1' ? 'build/guests' : join('build/guests', naming)));
  const shared = Math.max(
    newest(SDK),
    newest(join(SHIPPED, 'common')),
    newest(join(EXAMPLES, 'common')),
    newest(join(ROOT, 'scripts/build-guests.mjs')),
  );
  const built = [];
  for (const name of names) {
    const outFile = join(folder, `${name}.wasm`);
    const source = join(existsSync(join(SHIPPED, name, 'index.ts')) ? SHIPPED : EXAMPLES, name);
    const changed = Math.max(shared, newest(source));
    if (!force && existsSync(outFile) && statSync(outFile).mtimeMs > changed) continue;
    await build(join(source, 'index.ts'), outFile, { naming });
    built.push(name);
  }
  return built;
}

/** Builds the guests that ship, in both namings, and writes the table of them. Returns the names of those it built. */
export async function buildShipped({ force = false } = {}) {
  const built = [];
  const names = namesIn(SHIPPED);
  for (const naming of NAMINGS) {
    const outDir = join('build/shipped', naming);
    built.push(
      ...(await buildGuests({ only: names, naming, outDir, force })).map(name => `${naming}/${name}`),
    );
  }
  const table = names.map(name => ({
    name,
    summary: summaryOf(join(SHIPPED, name, 'index.ts')),
    modules: Object.fromEntries(NAMINGS.map(naming => [naming, sizeAndHash(naming, name)])),
  }));
  writeFileSync(join(ROOT, 'build/shipped/guests.json'), `${JSON.stringify(table, undefined, 2)}\n`);
  return built;
}

/** The first sentence of the comment that a guest's source begins with. */
function summaryOf(file) {
  const [, sentence] = /^\/\*\*[\s*]*(.*?\.)\s/s.exec(readFileSync(file, 'utf8')) ?? [];
  if (sentence === undefined)
    throw new Error(`${file}: it must begin with a comment that describes the guest`);
  return sentence.replace(/\s*\n \* /g, ' ');
}

function sizeAndHash(naming, name) {
  const wasm = readFileSync(join(ROOT, 'build/shipped', naming, `${name}.wasm`));
  return { sizeBytes: wasm.length, sha256: createHash('sha256').update(wasm).digest('hex') };
}

/** Builds the engine that `compileRules` puts rules into, for both namings. Returns the names of those it built. */
export async function buildEngine({ force = false } = {}) {
  const changed = Math.max(
    newest(SDK),
    newest(join(ROOT, 'scripts/build-guests.mjs')),
    newest(join(ROOT, 'scripts/engine-parts.mjs')),
  );
  const built = [];
  for (const naming of NAMINGS) {
    const outFile = join(ROOT, 'build/rules', `${naming}.wasm`);
    if (!force && existsSync(outFile) && statSync(outFile).mtimeMs > changed) continue;
    await build(join(SDK, 'rules/index.ts'), outFile, { naming });
    writeFile(outFile, await withParts(readFileSync(outFile)), ROOT);
    built.push(`rules/${naming}`);
  }
  return built;
}

/** Compiles one guest with the SDK of this checkout. Throws what the compiler says. */
export async function build(entry, outFile, { naming = 'v1', options = [] } = {}) {
  // The compiler takes long to load: only when there is something to do.
  const { default: asc } = await import('assemblyscript/asc');
  const target = naming === 'v1' ? 'release' : naming;
  const stderr = asc.createMemoryStream();
  const { error } = await asc.main(
    [
      relative(ROOT, entry),
      ...['--baseDir', ROOT, '--config', 'assembly/asconfig.json', '--target', target, '--outFile', outFile],
      ...options,
    ],
    { stderr, stdout: asc.createMemoryStream(), readFile, writeFile, listFiles: () => [] },
  );
  if (error) throw new Error(`${entry}: ${error.message}\n${stderr.toString()}`);
}

// In a user's project "otelwasm/assembly" is found in node_modules; here the package is the checkout itself.
const SELF = `node_modules${sep}otelwasm${sep}`;

function readFile(name, baseDir) {
  const path = name.startsWith(SELF) ? join(ROOT, name.slice(SELF.length)) : resolve(baseDir, name);
  if (!existsSync(path) || !statSync(path).isFile()) return null;
  const text = readFileSync(path, 'utf8');
  if (basename(path) !== 'asconfig.json') return text;
  return text.replace('"otelwasm/assembly/transform.mjs"', JSON.stringify(join(SDK, 'transform.mjs')));
}

// Whoever reads the file while it is written must not see half of it.
function writeFile(name, contents, baseDir) {
  const path = resolve(baseDir, name);
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

/** Time of the last change to a file, or to anything in a folder. */
function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map(name => newest(join(path, name))));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      naming: { type: 'string', default: 'v1' },
      'out-dir': { type: 'string' },
      force: { type: 'boolean', default: false },
      'only-shipped': { type: 'boolean', default: false },
    },
  });
  const { force } = values;
  const guests = values['only-shipped']
    ? await buildShipped({ force })
    : await buildGuests({
        only: values.only?.split(','),
        naming: values.naming,
        outDir: values['out-dir'],
        force,
      });
  const built = values.only ? guests : [...guests, ...(await buildEngine({ force }))];
  console.log(built.length > 0 ? `built ${built.join(', ')}` : 'guests are up to date');
}
