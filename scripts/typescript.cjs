/**
 * Loads this repository's TypeScript, in tests and in their guests' worker threads: each file is transpiled once and kept
 * under its content's hash. Loading the compiler in every process and thread takes half a second.
 */
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const cache = join(__dirname, '../build/transpiled');
const options = readFileSync(__filename);
const DAY_MILLIS = 24 * 3_600_000;

function transpiled(file) {
  const source = readFileSync(file, 'utf8');
  const kept = join(
    cache,
    `${createHash('sha256').update(options).update(file).update(source).digest('hex')}.js`,
  );
  try {
    const text = readFileSync(kept, 'utf8');
    // scripts/prune.mjs removes what was not used for a week.
    if (statSync(kept).mtimeMs < Date.now() - DAY_MILLIS) utimesSync(kept, new Date(), new Date());
    return text;
  } catch {
    const { ModuleKind, ScriptTarget, transpileModule } = require('typescript');
    const { outputText } = transpileModule(source, {
      fileName: file,
      compilerOptions: {
        // Keeps import() what it is.
        module: ModuleKind.Node16,
        target: ScriptTarget.ES2022,
        esModuleInterop: true,
        inlineSourceMap: true,
      },
    });
    mkdirSync(cache, { recursive: true });
    // Renamed into place: another thread may be looking.
    const draft = `${kept}.${process.pid}.${Math.random()}`;
    writeFileSync(draft, outputText);
    renameSync(draft, kept);
    return outputText;
  }
}

require.extensions['.ts'] = (module, file) => module._compile(transpiled(file), file);
