import assert from 'node:assert/strict';
import { compileRegex } from '../../../src/rules/regex';
import { ENGINES } from './engines';
import { PatternGuest } from './patternGuest';

/** `[0,3 1,2 -]`: the match and its groups. */
function written(matches: readonly (readonly (readonly [number, number] | undefined)[])[]): string {
  return matches.map(groups => `[${groups.map(group => group?.join() ?? '-').join(' ')}]`).join('');
}

// All matches, in bytes. Invalid bytes are written \x..; the text is UTF-8 otherwise.
const MATCHES: readonly [what: string, pattern: string, text: string, matches: string][] = [
  ['a literal', 'abc', 'xabcabc', '[1,4][4,7]'],
  ['an empty pattern', '', 'ab', '[0,0][1,1][2,2]'],
  ['an empty pattern in an empty text', '', '', '[0,0]'],
  ['no match', 'x', 'abc', ''],
  ['the first alternative', 'a|ab', 'ab', '[0,1]'],
  ['the first alternative that leads to a match', '(a|ab)(c|bcd)', 'abcd', '[0,4 0,1 1,4]'],
  ['a greedy repetition', 'a+', 'baac', '[1,3]'],
  ['a lazy repetition', 'a+?', 'aa', '[0,1][1,2]'],
  ['greediness swapped by the flag U', '(?U)a+', 'aa', '[0,1][1,2]'],
  ['swapped twice', '(?U)a+?', 'aa', '[0,2]'],
  ['counted', 'a{2,3}', 'aaaaa', '[0,3][3,5]'],
  ['counted, lazy', 'a{2,3}?', 'aaaaa', '[0,2][2,4]'],
  ['a count of zero', 'a{0}b', 'ab', '[1,2]'],
  ['an empty match after another', 'a*', 'baac', '[0,0][1,3][4,4]'],
  ['empty matches between characters', '', 'é中', '[0,0][2,2][5,5]'],
  ['a group that does not participate', '(a)|(b)', 'ba', '[0,1 - 0,1][1,2 1,2 -]'],
  ['an empty group', '(a*)b', 'b', '[0,1 0,0]'],
  ['the last iteration of a group', '(?:(a)|(b))*', 'ab', '[0,2 0,1 1,2]'],
  ['a star of a group that may be empty', '(a*)*', 'b', '[0,0 0,0][1,1 1,1]'],
  ['a plus of a group that may be empty', '(a*)+', 'b', '[0,0 0,0][1,1 1,1]'],
  ['a star that prefers an empty alternative', '(|a)*', 'aa', '[0,0 0,0][1,1 1,1][2,2 2,2]'],
  ['a plus that prefers an empty alternative', '(|a)+', 'aa', '[0,0 0,0][1,1 1,1][2,2 2,2]'],
  ['an empty assertion first', '(?:^|.)*', 'a', '[0,0][1,1]'],
  ['assertions in a loop', '(?:\\b|.)*b', 'ab b', '[0,4]'],
  ['nested groups', '((a)(b))c', 'abc', '[0,3 0,2 0,1 1,2]'],
  ['the text, not lines', '^a$', 'a\na', ''],
  ['lines', '(?m)^a$', 'a\na', '[0,1][2,3]'],
  ['the empty last line', '(?m)^', 'a\n', '[0,0][2,2]'],
  ['the start and end of the text ignore the flag m', '(?m)\\Aa|b\\z', 'a\nab', '[0,1][3,4]'],
  ['$ matches only at the end, not before a newline', 'a$', 'a\n', ''],
  ['a start assertion that cannot match', 'a^b', 'ab', ''],
  ['word boundaries', '\\bab\\b', 'ab abc ab', '[0,2][7,9]'],
  ['inside words', '\\Bb', 'ab b', '[1,2]'],
  ['words are ASCII', '\\bé', 'aé', '[1,3]'],
  ['a word boundary matches an empty range', '\\b', 'ab', '[0,0][2,2]'],
  ['a dot does not match a newline', 'a.b', 'a\nb', ''],
  ['a dot matches a newline with the flag s', '(?s)a.b', 'a\nb', '[0,3]'],
  ['a negated class matches a newline', 'a[^x]b', 'a\nb', '[0,3]'],
  ['case ignored', '(?i)straße', 'STRAßE', '[0,7]'],
  ['case ignored: k and the Kelvin sign', '(?i)k', 'kK\u212a', '[0,1][1,2][2,5]'],
  ['case ignored: s and the long s', '(?i)S', '\u017f', '[0,2]'],
  ['case ignored in a class', '(?i)[^a-z]', 'Aé', '[1,3]'],
  ['case ignored to the end of its group', '(a(?i)b)c', 'aBc aBC', '[0,3 0,2]'],
  ['case ignored inside', '(?i:a)b', 'Ab AB', '[0,2]'],
  ['case-sensitive again', '(?i)a(?-i)b', 'Ab AB', '[0,2]'],
  ['letters', '\\pL+', 'aé中1', '[0,6]'],
  ['everything except letters', '\\PL+', 'a12é', '[1,3]'],
  ['a script', '\\p{Greek}+', 'aαβγ', '[1,7]'],
  ['all characters outside a script', '[^\\p{Greek}]+', 'abα', '[0,2]'],
  ['digits are ASCII', '\\d', '1٣', '[0,1]'],
  ['four bytes', '[😀-😂]', 'a😁', '[1,5]'],
  ['a quotation', '\\Q.*\\E+', '.**', '[0,3]'],
  ['escapes', '\\x41\\x{1F600}\\101\\n\\t', 'A😀A\n\t', '[0,8]'],
  ['an invalid byte is one character', '.', '\\xff\\xfe', '[0,1][1,2]'],
  ['an invalid byte is U+FFFD', '\\x{FFFD}', 'a\\xe4\\xb8', '[1,2][2,3]'],
  ['an invalid byte is in no other class', '[^\\x{FFFD}]', '\\xe4\\xb8a', '[2,3]'],
  ['an encoded surrogate is three invalid bytes', '.{3}', '\\xed\\xa0\\x80', '[0,3]'],
  ['an overlong encoding is two invalid bytes', '^..$', '\\xc0\\x80', '[0,2]'],
  ['beyond the last character', '^....$', '\\xf4\\x90\\x80\\x80', '[0,4]'],
  ['a truncated character at the end', '中|.', '中\\xe4\\xb8', '[0,3][3,4][4,5]'],
  ['after an invalid byte', '\\x{FFFD}é', '\\xc3é', '[0,3]'],
  ['classic: nested stars', '(a*)*b', 'aaab', '[0,4 0,3]'],
  ['classic: a URL', 'https?://([^/]+)(/.*)?', 'see http://a.b/c d', '[4,18 11,14 14,18]'],
  ['a number in a path', '/[0-9]+', 'GET /a/1/b/23', '[6,8][10,13]'],
  ['overlapping starts', '//[0-9]', '///1', '[1,4]'],
  ['a start inside a failed attempt', 'aab', 'aaab', '[1,4]'],
];

// Go's templates.
const REPLACED: readonly [pattern: string, text: string, template: string, result: string][] = [
  ['/[0-9]+', 'GET /users/123/orders/4', '/{id}', 'GET /users/{id}/orders/{id}'],
  ['(\\w+) (\\w+)', 'hello world', '$2 $1', 'world hello'],
  ['(a)(b)?', 'a', '[$1$2]', '[a]'],
  ['a', 'a', '$0$0', 'aa'],
  ['a', 'a', '$$0', '$0'],
  ['(a)', 'a', '$1x', ''],
  ['(a)', 'a', '${1}x', 'ax'],
  ['(?P<n>a)', 'a', '<$n>', '<a>'],
  ['(?P<n>a)', 'a', '<${n}>$nx', '<a>'],
  ['(?P<n>a)|(?P<n>b)', 'ab', '<$n>', '<a><b>'],
  ['(a)', 'a', '$', '$'],
  ['(a)', 'a', '$-$', '$-$'],
  ['(a)', 'a', '${', '${'],
  ['(a)', 'a', '${1', '${1'],
  ['(a)', 'a', '${}', '${}'],
  ['(a)', 'a', '${x y}', '${x y}'],
  ['(a)', 'a', '$1é', ''],
  ['(a)', 'a', '$1→', 'a→'],
  ['(a)', 'a', '$01$2$99999999999', ''],
  ['(?P<01>a)', 'a', '$01', 'a'],
  ['', 'abc', '-', '-a-b-c-'],
  ['b*', 'abbc', '-', '-a-c-'],
  ['x', 'abc', '-', 'abc'],
  ['.', '\\xff', '<$0>', '<\\xff>'],
  ['(?m)^', 'a\nb', '> ', '> a\n> b'],
];

const bytesOf = (text: string) => Buffer.concat(
  text.split(/(\\x[0-9a-f]{2})/).map(part => part.startsWith('\\x') ? Buffer.from(part.slice(2), 'hex') : Buffer.from(part)),
);

for (const [engine, options] of Object.entries(ENGINES)) {
  describe(`Pattern, ${engine}`, () => {
    let guest: PatternGuest;
    before(function () {
      this.timeout(60_000);
      guest = new PatternGuest();
    });
    for (const [what, pattern, text, matches] of MATCHES) {
      it(`${what}: ${pattern}`, () => {
        const loaded = guest.load(compileRegex(pattern, options).program);
        assert.equal(written(loaded.findAll(bytesOf(text))), matches);
        assert.equal(loaded.test(bytesOf(text)), matches !== '');
      });
    }
    for (const [pattern, text, template, result] of REPLACED) {
      it(`${pattern} by ${template}`, () => {
        const loaded = guest.load(compileRegex(pattern, options).program);
        const replaced = loaded.replaceAll(bytesOf(text), Buffer.from(template));
        assert.deepEqual(Buffer.from(replaced), bytesOf(result));
      });
    }
  });
}

describe('Pattern, longest match', () => {
  const longest: readonly [pattern: string, text: string, matches: string][] = [
    ['a|ab', 'ab', '[0,2]'],
    ['a+?', 'aaa', '[0,3]'],
    ['(a|ab)(c|bcd)', 'abcd', '[0,4 0,1 1,4]'],
    ['x*|xxb', 'xxb', '[0,3]'],
  ];
  for (const [pattern, text, matches] of longest) {
    it(pattern, () => {
      const { program } = compileRegex(pattern, { longest: true });
      assert.equal(written(new PatternGuest().load(program).findAll(Buffer.from(text))), matches);
    });
  }
});
