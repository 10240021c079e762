import assert from 'node:assert/strict';
import { compileRegex, PatternError } from '../../../src/rules/regex';

function refusal(source: string): PatternError {
  try {
    compileRegex(source);
  } catch (error) {
    assert.ok(error instanceof PatternError, String(error));
    return error;
  }
  return assert.fail(`${source} was accepted`);
}

describe('compileRegex: syntax', () => {
  // What RE2 refuses, with where it is wrong.
  const refused: readonly [source: string, position: number, end: number, problem: RegExp][] = [
    ['a(b', 1, 2, /missing closing \)/],
    ['a)b', 1, 2, /unmatched closing \)/],
    ['x[ab', 1, 2, /missing closing \]/],
    ['[a-\\d]', 3, 5, /unknown escape: \\d/],
    ['a[z-b]', 2, 5, /z-b ends before/],
    ['[[:fo:]]', 1, 7, /unknown class: \[:fo:\]; known are alnum/],
    ['ab\\', 2, 3, /trailing backslash/],
    ['(a)\\1', 3, 5, /is a back-reference/],
    ['\\8', 0, 2, /unknown escape/],
    ['\\y', 0, 2, /unknown escape: \\y/],
    ['\\C', 0, 2, /unknown escape: \\C/],
    ['\\x{110000}', 0, 2, /10FFFF/],
    ['\\xg', 0, 2, /hexadecimal/],
    ['\\p{Klingon}', 0, 11, /no category or script Klingon/],
    ['a\\p{Greek', 1, 9, /name in braces/],
    ['*a', 0, 1, /nothing to repeat before \*/],
    ['a|*', 2, 3, /nothing to repeat/],
    ['(?i)+', 4, 5, /nothing to repeat/],
    ['a**', 1, 3, /repetition cannot be repeated: \*\*/],
    ['a+?{2}', 1, 6, /repetition cannot be repeated/],
    ['a{2,1}', 1, 6, /maximum below its minimum/],
    ['(?=a)', 0, 3, /after \(\?/],
    ['(?<!a)', 0, 4, /consists of letters/],
    ['(?P<>a)', 0, 4, /consists of letters/],
    ['(?P<é>a)', 0, 4, /consists of letters/],
    ['(?i-:a)', 0, 3, /after \(\?/],
    ['\ud800', 0, 1, /surrogate/],
  ];
  for (const [source, position, end, problem] of refused) {
    it(`rejects ${JSON.stringify(source)}`, () => {
      const error = refusal(source);
      assert.match(error.problem, problem);
      assert.deepEqual([error.position, error.end], [position, end]);
      assert.equal(error.code, 'INVALID_PATTERN');
      assert.ok(error.message.includes(JSON.stringify(source)), error.message);
    });
  }

  const accepted = [
    ...[
      '',
      '|',
      '()',
      'a{,2}',
      'a{',
      'a{1',
      '{',
      '}',
      ']',
      '[]a]',
      '[^]]',
      '[a-]',
      '[-a]',
      '[a\\-z]',
      '\\Qa*\\E*',
      '\\Q',
    ],
    ...[
      'a*(?i)*',
      '^*',
      '\\b+',
      '$?',
      '(?U)a*?',
      '(?i-s:a)',
      '(?P<n>a)|(?P<n>b)',
      '(?<n>a)',
      '\\p{^Lu}',
      '\\pN',
      '\\p{ g_reek}',
    ],
    ...[
      '\\p{Letter}',
      '\\p{Old_Italic}',
      '\\x{10FFFF}',
      '\\0',
      '\\12',
      '\\_',
      '[[:^word:]]',
      '[^\\x00-\\x{10FFFF}]',
    ],
  ];
  for (const source of accepted) it(`accepts ${JSON.stringify(source)}`, () => void compileRegex(source));
});

describe('compileRegex: limits', () => {
  const beyond: readonly [source: string, limit: string][] = [
    ['a{1001}', 'maxRepeat'],
    ['a{0,1001}', 'maxRepeat'],
    ['a{1001,}', 'maxRepeat'],
    ['(a{100}){11}', 'maxRepeat'],
    ['((a{10}){10}){11}', 'maxRepeat'],
    ['(?:a{10}b){1000}', 'maxRepeat'],
    [`${'('.repeat(1002)}a${')'.repeat(1002)}`, 'maxDepth'],
    ['.{1000}'.repeat(11), 'maxInstructions'],
    ['(?:abcdefghijk){1000}', 'maxInstructions'],
    [Array.from({ length: 2100 }, (_, i) => String.fromCodePoint(0x4e00 + 2 * i)).join(''), 'maxClasses'],
    [`${'(a)'.repeat(900)}b{1000}`, 'maxScratchBytes'],
  ];
  for (const [source, limit] of beyond) {
    it(`reports ${limit} for ${source.slice(0, 24)}`, () =>
      assert.match(refusal(source).problem, new RegExp(limit)));
  }

  it('accepts patterns exactly at a limit', () => {
    for (const source of [
      'a{1000}',
      '(a{10}){100}',
      '.{1000}'.repeat(9),
      `${'(?:'.repeat(900)}a${')'.repeat(900)}`,
    ]) {
      compileRegex(source);
    }
  });

  it('abandons a DFA table in bounded time', () => {
    // Forwards, a table for these would have thousands of rows.
    assert.equal(compileRegex('(a|b)*a(a|b){12}').engine, 'nfa');
    assert.equal(compileRegex('4[0-9]{12}(?:[0-9]{3})?').engine, 'dfa');
  });
});

describe('compileRegex: literals', () => {
  const cases: readonly [source: string, prefix: string, complete: boolean, required: readonly string[]][] = [
    ['/users/[0-9]+', '/users/', false, ['/users/']],
    ['abc', 'abc', true, ['abc']],
    ['(a)(?:bc)', 'abc', true, ['abc']],
    ['[a-z]+@[a-z]+', '', false, ['@']],
    ['foo|bar', '', false, ['foo', 'bar']],
    ['x(?:foo|barbar)y*', 'x', false, ['foo', 'barbar']],
    ['foo|b?', '', false, []],
    ['(?i)abc', '', false, []],
    ['a{3}b', 'a', false, ['a']],
    ['(?:ab){1}c', 'abc', true, ['abc']],
    ['a*', '', false, []],
    ['\\x{FFFD}', '', false, []],
    ['', '', false, []],
    ['^Bearer ', '', false, ['Bearer ']],
  ];
  for (const [source, prefix, complete, required] of cases) {
    it(source, () => assert.deepEqual(compileRegex(source).literals, { prefix, complete, required }));
  }
});
