import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FUNCTIONS, UNSUPPORTED } from '../../src/rules/functions';
import { PROCESSORS } from '../../src/rules/processors';

const PAGE = join(__dirname, '../../docs/rules.md');
/** What the Collector's processors are built with for the comparison. */
const MODULES = join(__dirname, 'native/go.mod');
const MARK = '<!-- functions: test/rules/coverage.test.ts writes this -->\n';

/** What the code says of itself, as docs/rules.md shows it. */
function coverage(): string {
  const names = FUNCTIONS.map(({ name }) => name).sort((a, b) => (a < b ? -1 : 1));
  const row = (title: string, list: readonly string[]): string =>
    `| ${title} | ${list.length} | ${list.map(name => `\`${name}\``).join(', ')} |`;
  const [, version] = /processor\/filterprocessor (v[\d.]+)/.exec(
    readFileSync(MODULES, 'utf8'),
  ) as RegExpExecArray;
  return [
    '',
    `Compared with the Collector's processors of ${version}, which run the corpus of \`test/rules/corpus\`;`,
    '`npm run rules:agreement` shows where results differ.',
    '',
    '| what | how many | names |',
    '|---|---|---|',
    row('processors', Object.keys(PROCESSORS).sort()),
    row(
      'editors',
      names.filter(name => /^[a-z]/.test(name)),
    ),
    row(
      'converters',
      names.filter(name => /^[A-Z]/.test(name)),
    ),
    row('refused converters', [...UNSUPPORTED].sort()),
    '',
  ].join('\n');
}

describe('the table of supported rules', () => {
  it('matches the code (UPDATE=1 writes it)', () => {
    const [page, table] = readFileSync(PAGE, 'utf8').split(MARK);
    if (process.env.UPDATE === '1') writeFileSync(PAGE, page + MARK + coverage());
    else assert.equal(table, coverage());
  });
});
