import { deepStrictEqual } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const ROOT = join(__dirname, '../..');
const MAX_LENGTH = 120;
const SKIPPED = ['node_modules', 'build', '.git', 'target', 'results', 'api', '.stryker-tmp'];

function documents(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    if (SKIPPED.includes(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return documents(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** Lines of prose that are too long, by number. Tables, code and lines with a URL cannot be wrapped. */
function longLines(text: string): number[] {
  let inCode = false;
  return text.split('\n').flatMap((line, index) => {
    if (/^\s*```/.test(line)) inCode = !inCode;
    const isFixed = inCode || /^\s*(```|\||<!--|#|!\[)/.test(line) || line.includes('://');
    return isFixed || line.length <= MAX_LENGTH ? [] : [index + 1];
  });
}

describe('prose', () => {
  for (const path of documents(ROOT)) {
    it(`has at most ${MAX_LENGTH} characters per line in ${relative(ROOT, path)}`, () => {
      deepStrictEqual(longLines(readFileSync(path, 'utf8')), []);
    });
  }
});
