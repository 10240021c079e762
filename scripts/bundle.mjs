/**
 * Makes what is published from src: one file an entry point and chunks that they share, as CommonJS, with everything in
 * them but `@opentelemetry/api` and the app's own SDK. So an app installs nothing but this package, and loads few files.
 * Of the declarations it takes those that the entry points lead to.
 *
 *   node scripts/bundle.mjs     after tsc has written the declarations to build/declarations
 */
import { build, transform } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { ENTRY_FOLDERS, entryText } from './entryText.mjs';
import { prune } from './prune.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUT = join(ROOT, 'build/src');
const DECLARATIONS = join(ROOT, 'build/declarations/src');
// The last one is for the guest SDK's build, which compiles patterns.
const ENTRIES = [
  'index',
  'testing/index',
  'register/index',
  'rules/index',
  'shipped/index',
  'cli/main',
  'rules/regex/index',
];
const PREPARED = 'otelwasm-prepared/';
const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20.6',
  // Of packages that have both, ES modules: what is not used of them is left out.
  mainFields: ['module', 'main'],
  conditions: ['module'],
  legalComments: 'inline',
  logLevel: 'warning',
  write: false,
};
/** What the app has: these are never bundled. */
const EXTERNAL = [
  // This package itself, where it loads a part of itself only when that is asked for.
  'otelwasm/rules',
  'otelwasm/guests',
  // Stands for the path from wherever the code gets: by a package's name, Node looks much longer.
  'otelwasm-prepared',
  '@opentelemetry/api',
  '@opentelemetry/sdk-node',
  '@opentelemetry/auto-instrumentations-node',
  // For tests only: what calls it is not in the bundle.
  'esbuild',
];

execFileSync(process.execPath, ['scripts/build-guests.mjs', '--only-shipped'], { cwd: ROOT });
const { outputFiles, metafile } = await build({
  ...COMMON,
  entryPoints: ENTRIES.map(entry => `src/${entry}.ts`),
  outbase: 'src',
  outdir: OUT,
  chunkNames: 'chunks/[hash]',
  format: 'esm',
  splitting: true,
  metafile: true,
  external: EXTERNAL,
  // What is imported when it is needed is required then: Jest, and bundles, have no import() in CommonJS.
  supported: { 'dynamic-import': false },
  plugins: [inlineFiles()],
});
rmSync(OUT, { recursive: true, force: true });
writePrepared();
for (const { path, text } of outputFiles) await writeCommonJs(path, text);
await build({
  ...COMMON,
  entryPoints: ['src/unsupported.ts'],
  outfile: join(OUT, 'unsupported.js'),
  format: 'cjs',
  write: true,
});
copyDeclarations();
writeNotices();
for (const folder of ['build/transpiled', 'build/test-guests']) prune(join(ROOT, folder));

/** Only ES modules are split by esbuild; each of the files becomes CommonJS afterwards. */
async function writeCommonJs(path, text) {
  const { code } = await transform(text, { format: 'cjs', platform: 'node', target: 'node20.6' });
  mkdirSync(dirname(path), { recursive: true });
  // Bundlers of apps see a call of `require`, but not one of esbuild's stand-in for it, which may come from another chunk.
  const visible = code.replaceAll(/(\b__require|\(0, import_\w+\.__require\))\((?=")/g, 'require(');
  if (/__require\)?\("/.test(visible)) throw new Error(`${path}: a bundler does not follow this require`);
  const folder = relative(dirname(path), join(OUT, 'shipped/prepared')).replaceAll('\\', '/');
  const located = visible.replaceAll(
    `require("${PREPARED}`,
    `require("${/^\./.test(folder) ? '' : './'}${folder}/`,
  );
  writeFileSync(path, located, { mode: path.endsWith('cli/main.js') ? 0o755 : 0o644 });
}

/** The worker's code, the engine of rules and the guests that ship are texts in the bundle: there is no path to look for at run time. */
function inlineFiles() {
  const contents = text => ({ contents: text, loader: 'js' });
  return {
    name: 'inline files',
    setup({ onLoad }) {
      for (const [name, folder] of Object.entries(ENTRY_FOLDERS)) {
        const filter = new RegExp(`src/${folder}/source\\.ts$`.replaceAll('/', '[\\\\/]'));
        onLoad({ filter }, () =>
          contents(`export const ${name}Source = () => ${JSON.stringify(entryText(folder))};`),
        );
      }
      onLoad({ filter: /src[\\/]rules[\\/]engineText\.ts$/ }, () => {
        const engine = naming => `() => ${unpacked(join(ROOT, 'build/rules', `${naming}.wasm`))}`;
        return contents(`import { gunzipSync } from 'node:zlib';
          export const ENGINES = { v1: ${engine('v1')}, '0.1.0': ${engine('0.1.0')} };`);
      });
      onLoad({ filter: /src[\\/]shipped[\\/]modules\.ts$/ }, () => contents(shippedModules()));
      onLoad({ filter: /src[\\/]guest[\\/]shipped[\\/]preparedModules\.ts$/ }, () =>
        contents(preparedModules()),
      );
    },
  };
}

/** What gives a file's bytes, which the bundle has compressed: less to load. */
function unpacked(file) {
  const text = gzipSync(readFileSync(file), { level: 9 }).toString('base64');
  return `new Uint8Array(gunzipSync(Buffer.from(${JSON.stringify(text)}, 'base64')))`;
}

/** The table of the guests that ship, and each of them in both namings, compressed. */
function shippedModules() {
  const table = JSON.parse(readFileSync(join(ROOT, 'build/shipped/guests.json'), 'utf8'));
  const texts = table.flatMap(({ name, modules }) =>
    Object.keys(modules).map(naming => {
      const wasm = readFileSync(join(ROOT, 'build/shipped', naming, `${name}.wasm`));
      const text = gzipSync(wasm, { level: 9 }).toString('base64');
      return `${JSON.stringify(`${naming}/${name}`)}: ${JSON.stringify(text)}`;
    }),
  );
  return [
    "import { gunzipSync } from 'node:zlib';",
    `export const TABLE = ${JSON.stringify(table)};`,
    `const TEXTS = { ${texts.join(',\n')} };`,
    "export const readShippedModule = (name, naming) => gunzipSync(Buffer.from(TEXTS[naming + '/' + name], 'base64'));",
  ].join('\n');
}

/** The guests that ship as they are when they were checked and bounded, a file each: an app loads those that it uses. */
function writePrepared() {
  const require = createRequire(import.meta.url);
  require('./typescript.cjs');
  const { prepareGuest } = require('../src/guest/shipped/prepared.ts');
  mkdirSync(join(OUT, 'shipped/prepared'), { recursive: true });
  for (const name of shippedNames()) {
    const wasm = Uint8Array.from(readFileSync(join(ROOT, 'build/shipped/v1', `${name}.wasm`)));
    const text = `module.exports = ${JSON.stringify(prepareGuest(wasm))};\n`;
    writeFileSync(join(OUT, 'shipped/prepared', `${name}.js`), text);
  }
}

function preparedModules() {
  const loaders = shippedNames().map(
    name => `${JSON.stringify(name)}: () => require(${JSON.stringify(`${PREPARED}${name}.js`)})`,
  );
  return `const LOADERS = { ${loaders.join(', ')} };
    export function preparedModule(name) {
      try {
        return Object.hasOwn(LOADERS, name) ? LOADERS[name]() : undefined;
      } catch {
        return undefined;
      }
    }`;
}

function shippedNames() {
  return JSON.parse(readFileSync(join(ROOT, 'build/shipped/guests.json'), 'utf8')).map(({ name }) => name);
}

/** Copies the declarations that the entry points lead to; these may name no package but the API. */
function copyDeclarations() {
  const copied = new Set();
  const visit = file => {
    if (copied.has(file)) return;
    copied.add(file);
    // Arrays of bytes have a type parameter from TypeScript 5.7 on.
    const text = readFileSync(file, 'utf8').replaceAll(/\b(Uint8Array|DataView)<ArrayBuffer(Like)?>/g, '$1');
    const target = join(OUT, relative(DECLARATIONS, file));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
    for (const [, name] of text.matchAll(/(?:from |import\()['"]([^'"]+)['"]/g)) {
      if (name.startsWith('.')) visit(declaration(resolve(dirname(file), name)));
      else if (name !== '@opentelemetry/api' && !name.startsWith('node:'))
        throw new Error(`${relative(ROOT, file)}: a published type imports ${name}`);
    }
  };
  for (const entry of ENTRIES.filter(entry => entry !== 'cli/main'))
    visit(join(DECLARATIONS, `${entry}.d.ts`));
}

function declaration(path) {
  for (const file of [`${path}.d.ts`, join(path, 'index.d.ts')]) {
    try {
      readFileSync(file);
      return file;
    } catch {
      // The next one.
    }
  }
  throw new Error(`no declaration for ${path}`);
}

/** Licences of the packages whose code is in the bundle. */
function writeNotices() {
  const packages = new Map();
  for (const input of Object.keys(metafile.inputs)) {
    const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input) ?? [];
    if (folder === undefined || packages.has(folder)) continue;
    const { name, version, license } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(ROOT, folder)).find(entry => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? '' : readFileSync(join(ROOT, folder, file), 'utf8').trim();
    packages.set(folder, { title: `${name} ${version} (${license})`, text });
  }
  const byText = Map.groupBy
    ? Map.groupBy(packages.values(), ({ text }) => text)
    : groupBy([...packages.values()]);
  const parts = [...byText].map(
    ([text, group]) =>
      `${group
        .map(({ title }) => title)
        .sort()
        .join('\n')}\n\n${text}\n`,
  );
  writeFileSync(
    join(ROOT, 'build/THIRD-PARTY-LICENSES.txt'),
    `Code of these packages is part of the files in build/src.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`,
  );
}

function groupBy(packages) {
  const groups = new Map();
  for (const one of packages) groups.set(one.text, [...(groups.get(one.text) ?? []), one]);
  return groups;
}
