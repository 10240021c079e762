/** `Pattern.of` in a guest's source: compiled when the guest is built. */
import assert from 'node:assert/strict';
import { compileRegex } from '../../../src/rules/regex';
import { compile } from '../compile';
import { Guest } from '../harness';
import { spansOf, traces } from '../otlp';

const build = (source: string): WebAssembly.Module => compile({ guest: source }).guest;

function problemOf(pattern: string): string {
  try {
    build(`import { Pattern, Span } from 'otelwasm/assembly';
const SOME = 'a';
const PATTERN = Pattern.of(${pattern});
export function onSpan(span: Span): bool { return PATTERN.test(span.name); }`);
  } catch (error) {
    return (error as Error).message;
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
const literals = Pattern.of('x(?:foo|barbar)y*').literals;
const SECRET = Pattern.of(\`(?i)secret|\\\\bpass\\\\w*\`);

export function onSpan(span: Span): bool {
  if (literals.length != 2 || !literals[0].is('foo') || !literals[1].is('barbar')) return false;
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

  it('accepts patterns from the configuration', () => {
    const module = build(`
import { Json, Pattern, Span } from 'otelwasm/assembly';

const patterns: Pattern[] = [];

export function onStart(config: Json): void {
  const hide = config.get('hide').items;
  for (let i = 0; i < hide.length; i++) {
    const pattern = Pattern.ofConfig(hide[i]);
    if (pattern) patterns.push(pattern);
  }
}

export function onSpan(span: Span): bool {
  for (let i = 0; i < patterns.length; i++) if (patterns[i].test(span.name)) return false;
  return true;
}`);
    const base64 = (pattern: string) => Buffer.from(compileRegex(pattern).program).toString('base64');
    const guest = new Guest(module, { hide: ['^a+$', '(?i)secret', '[0-9]{3}'].map(base64) });
    assert.equal(guest.start().status, 0);
    const outcome = guest.consume('traces', traces(['aaa', 'aab', 'SeCret', '12a', '123'].map(name => ({ name }))));
    assert.deepEqual(spansOf(outcome.results[0]).map(({ name }) => name), ['aab', '12a']);

    const whole = base64('x+y');
    const changed = Buffer.from(whole, 'base64');
    changed[changed.length - 1] ^= 1;
    for (const text of ['', 'x+y', 'AAAA', whole.slice(4), whole.slice(0, -4), `${whole}AAAA`, changed.toString('base64'), 5]) {
      const { status, reason } = new Guest(module, { hide: [text] }).start();
      assert.equal(status, 1, String(text));
      assert.match(reason ?? '', /pluginConfig\.hide\[0\]: expected a (pattern compiled by compileRegex|string)/);
    }
  });

  it('fails the build with the position of the error', () => {
    const problem = problemOf("'a(b'");
    assert.match(problem, /pattern "a\(b", at 1: missing closing \)/);
    assert.match(problem, /guest\.ts\(3,\d+\)/);
  });

  it('fails the build when the argument is not a literal', () => {
    const problem = problemOf('SOME');
    assert.match(problem, /Pattern\.of takes one literal/);
    assert.match(problem, /guest\.ts\(3,\d+\)/);
  });
});
