/** `Pattern.of` in a guest's source: compiled when the guest is built. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Guest } from '../harness';
import { spansOf, traces } from '../otlp';

const BUILD = pathToFileURL(join(__dirname, '../../../scripts/build-guests.mjs')).href;

function build(source: string): WebAssembly.Module {
  const folder = mkdtempSync(join(tmpdir(), 'otelwasm-pattern-'));
  try {
    const [entry, wasm] = [join(folder, 'guest.ts'), join(folder, 'guest.wasm')];
    writeFileSync(entry, source);
    const script = `import { build } from ${JSON.stringify(BUILD)};
      try { await build(${JSON.stringify(entry)}, ${JSON.stringify(wasm)}); }
      catch (error) { console.error(error.message); process.exit(1); }`;
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return new WebAssembly.Module(readFileSync(wasm));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function problemOf(pattern: string): string {
  try {
    build(`import { Pattern, Span } from 'otelwasm/assembly';
const SOME = 'a';
const PATTERN = Pattern.of(${pattern});
export function onSpan(span: Span): bool { return PATTERN.test(span.name); }`);
  } catch (error) {
    return String((error as { stderr: Buffer }).stderr);
  }
  return assert.fail(`${pattern} was accepted`);
}

describe('Pattern.of in a guest', function () {
  this.timeout(120_000);

  it('finds, captures and replaces', () => {
    const module = build(`
import { Pattern, Replacement, Span } from 'otelwasm/assembly';

const NUMBER = Pattern.of('/[0-9]+');
const ID = Replacement.of('/{id}');
const METHOD = Pattern.of('^(?P<method>[A-Z]+)' + ' (.*)$');
const SWAPPED = Replacement.of('$2 by \${method}');
const SECRET = Pattern.of(\`(?i)secret|\\\\bpass\\\\w*\`);

export function onSpan(span: Span): bool {
  if (SECRET.test(span.name)) return false;
  if (METHOD.find(span.name) && METHOD.group(1).is('POST')) span.setName(METHOD.group(2).toString());
  const name = NUMBER.replaceAll(span.name, ID);
  if (name) span.message.setBytes(5, name.pointer, name.size);
  const swapped = METHOD.replaceAll(span.name, SWAPPED);
  if (swapped) span.message.setBytes(5, swapped.pointer, swapped.size);
  return true;
}`);
    const guest = new Guest(module);
    assert.equal(guest.start().status, 0);
    const names = ['GET /users/123/orders/4', 'POST /a/1', 'the SECRET', 'a password', 'compass', ''];
    const outcome = guest.consume('traces', traces(names.map(name => ({ name }))));
    assert.equal(outcome.status, 0, outcome.reason);
    assert.deepEqual(
      spansOf(outcome.results[0]).map(({ name }) => name ?? ''),
      ['/users/{id}/orders/{id} by GET', '/a/{id}', 'compass', ''],
    );
  });

  it('fails the build with the place of what is wrong', () => {
    assert.match(problemOf("'a(b'"), /guest\.ts:3:\d+: pattern "a\(b", at 1: an opening \( without a closing one/);
  });

  it('fails the build when it is no literal', () => {
    assert.match(problemOf('SOME'), /guest\.ts:3:\d+: Pattern\.of wants one literal/);
  });
});
