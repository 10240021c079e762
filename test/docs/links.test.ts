import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { documents, ROOT } from '../support/docs';

describe('links in the docs', () => {
  for (const document of documents()) {
    it(`${document}: point to existing files and headings`, () => {
      const text = readFileSync(join(ROOT, document), 'utf8');
      for (const [, link] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(link)) continue;
        const [path, heading] = link.split('#');
        const target = path === '' ? join(ROOT, document) : join(ROOT, dirname(document), path);
        assert.ok(existsSync(target), link);
        if (heading !== undefined) assert.ok(headingsOf(target).includes(heading), link);
      }
    });
  }
});

/** Paths from the root of the repository, in back quotes. */
const PATH = /`((?:src|assembly|guests|sdk|collector|examples|benchmarks|scripts|test|docs|\.)\/[\w./-]*)`/g;

describe('paths in the documents for developers', () => {
  for (const document of ['ARCHITECTURE.md', 'CONTRIBUTING.md']) {
    it(`${document}: name existing files and folders`, () => {
      const paths = [...readFileSync(join(ROOT, document), 'utf8').matchAll(PATH)].map(([, path]) => path);
      const built = (path: string): boolean => path === 'docs/api';
      assert.deepEqual(
        paths.filter(path => !built(path) && !existsSync(join(ROOT, path))),
        [],
      );
    });
  }
});

/** Headings as links name them. */
function headingsOf(path: string): string[] {
  return [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}
