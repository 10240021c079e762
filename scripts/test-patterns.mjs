/**
 * All tests of patterns: 100,000 random pairs against re2js and against Go, and the tests that Go has from RE2. It takes some
 * minutes and needs Go.
 *
 *   npm run test:patterns
 */
import { spawnSync } from 'node:child_process';

if (spawnSync('go', ['version']).status !== 0) {
  console.error('Go is missing: see https://go.dev/dl/');
  process.exit(1);
}
const env = { PATTERN_PAIRS: '100000', ...process.env, PATTERN_GO: '1' };
const { status } = spawnSync(
  'npx',
  ['mocha', 'test/rules/regex/*.test.ts', 'test/assembly/pattern/*.test.ts'],
  {
    env,
    stdio: 'inherit',
  },
);
process.exit(status ?? 1);
