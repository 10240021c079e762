import assert from 'node:assert/strict';
import { openGuest } from '../../src/testing';
import { type Outcome, tryToCompile } from './compile';

/** Source, what the error says, and the line of the author's file that it points at. */
const WRONG: Readonly<Record<string, readonly [source: string, says: RegExp, line: number]>> = {
  returns: ['export function onSpan(span: Span): string {\n  return "";\n}', /not assignable to type 'bool'/, 2],
  takes: [
    'export function onSpan(span: LogRecord): bool {\n  return true;\n}',
    /to type .*LogRecord'/,
    2,
  ],
  takesNothing: ['\nexport function onSpan(): bool { return true; }', /Expected 0 arguments/, 3],
  configured: [
    'export function onStart(config: string): void {}\nexport function onSpan(span: Span): bool { return true; }',
    /\(~lib\/string\/String\) => void/,
    2,
  ],
  produces: ['export function produceTraces(batch: Span): string { return ""; }', /=> i64/, 2],
  misspelt: ['\n\nexport function onSpans(span: Span): bool { return true; }', /cannot export onSpans: allowed are/, 4],
  variable: ['export const onSpan = (span: Span): bool => true;', /onSpan must be a function/, 2],
  date: ['export function onSpan(span: Span): bool {\n  return Date.now() > 5;\n}', /now\(\) of 'otelwasm/, 3],
  random: [
    'export function onSpan(span: Span): bool {\n  return Math.random() > 0.5;\n}',
    /randomBytes\(\)/,
    3,
  ],
  console: ['export function onSpan(span: Span): bool {\n  console.log("");\n  return true;\n}', /log\(\) of/, 3],
  pattern: ['const P = Pattern.of("a(");\nexport function onSpan(span: Span): bool { return true; }', /at 1/, 2],
};
const RIGHT = `namespace Date { export function now(): i32 { return 1; } }
export function onSpan(span: Span): bool { return check(span.name.toString()) > 0; }

function check(name: string): i32 {
  if (name == 'throw') throw new Error('no number');
  return Date.now() / name.length;
}
`;
/** The imports, a function of four lines, the head of the next. */
const FIRST_TRAP_LINE = 8;
/** Each function traps in the engine: what a span of its name does, and what the trap is. Each is one line of the source. */
const TRAPS: readonly (readonly [name: string, line: string, says: RegExp])[] = [
  ['divides', 'return 10 / (name.length - 7);', /divide by zero/],
  ['remains', 'return 10 % (name.length - 7);', /divide by zero|remainder by zero/],
  ['is there', 'unreachable();', /unreachable/],
  ['reads', 'return load<i32>(0x7fff0000 + name.length);', /memory access out of bounds/],
  ['writes', 'store<i32>(0x7fff0000, name.length);', /memory access out of bounds/],
  ['copies', 'memory.copy(0x7fff0000, 0, name.length + 100);', /memory access out of bounds/],
  ['overflows', 'return overflow(name.length) + 1;', /stack overflow/],
  ['elements', 'return new StaticArray<i32>(1)[name.length * 100_000_000];', /Index out of range/],
];
const TRAPPING = `export function onSpan(span: Span): bool {
  const name = span.name.toString();
  for (let i = 0; i < 3; i++) trap(name);
  return true;
}
function trap(name: string): i32 {
${TRAPS.map(([name, line]) => `  if (name == '${name}') { ${line} }`).join('\n')}
  return name.length;
}
function overflow(depth: i32): i32 { return depth == 0 ? 0 : overflow(depth + 1) + depth; }
`;
const IMPORTS = "import { LogRecord, Pattern, Span } from 'otelwasm/assembly';\n";

describe('the build of a guest', () => {
  let outcomes: Record<string, Outcome>;
  before(function () {
    this.timeout(120_000);
    const sources = Object.entries({ ...WRONG, right: [RIGHT], traps: [TRAPPING] });
    outcomes = tryToCompile(
      Object.fromEntries(sources.map(([name, [source]]) => [name, IMPORTS + source])),
      'v1',
      ['--debug', '--sourceMap'],
    );
  });
  const errorOf = (name: string): string => {
    const outcome = outcomes[name];
    return 'error' in outcome ? outcome.error : assert.fail(`${name} was built`);
  };
  const pathOf = (name: string): string => {
    const outcome = outcomes[name];
    return 'path' in outcome ? outcome.path : assert.fail(outcome.error);
  };

  for (const [name, [, says, line]] of Object.entries(WRONG)) {
    it(`reports the author's line: ${name}`, () => {
      const error = errorOf(name);
      assert.match(error, says);
      const places = [...error.matchAll(/─ in (.*)\((\d+),\d+\)/g)];
      assert.ok(places.length > 0, error);
      for (const [, file, at] of places) {
        assert.match(file, new RegExp(`${name}\\.ts$`));
        assert.equal(Number(at), line);
      }
      assert.doesNotMatch(error, /\.abi\.ts/);
    });
  }

  it('accepts a Date class of the author; a trap reports reason, line and call stack', () => {
    const consume = (name: string) => () =>
      openGuest('traces', pathOf('right')).consume({
        resourceSpans: [{ scopeSpans: [{ spans: [{ name }] }] }],
      });
    assert.throws(consume('throw'), {
      code: 'GUEST_TRAP',
      message: /unreachable: no number at .*right\.ts:6:\d+ \(in .*right/,
    });
    assert.throws(consume(''), { message: /divide by zero \(in .*right\.abi\/onSpan at .*right\.ts:7:/ });
  });

  for (const [index, [name, , says]] of TRAPS.entries()) {
    it(`an engine trap reports the author's line: ${name}`, () => {
      const guest = openGuest('traces', pathOf('traps'));
      let message = '';
      try {
        guest.consume({ resourceSpans: [{ scopeSpans: [{ spans: [{ name }] }] }] });
      } catch (error) {
        message = (error as Error).message;
      }
      assert.match(message, says);
      const line = name === 'overflows' ? FIRST_TRAP_LINE + TRAPS.length + 2 : FIRST_TRAP_LINE + index;
      const [, place] = /\(in .*? at [^ ]*traps\.ts:(\d+):\d+/.exec(message) ?? [];
      assert.equal(Number(place), line, message);
    });
  }
}).timeout(120_000);
