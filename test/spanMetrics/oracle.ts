/**
 * Runs the native connector over the cases. `--update` keeps a fingerprint of each report in expected.txt; without it, says
 * whether they are current. The reports themselves go to build/span-metrics.txt, where the test looks up what differs.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectorConfig, spanMetricsCases } from './cases';
import { fingerprint, pointsOf } from './points';

const EXPECTED = join(__dirname, 'expected.txt');
const REPORTS = join(__dirname, '../../build/span-metrics.txt');

const [native, update] = process.argv.slice(2);
const input = spanMetricsCases().map(each =>
  JSON.stringify({ config: collectorConfig(each), batches: each.batches }),
);
const { stdout, stderr, status } = spawnSync(native, {
  ...{ input: input.join('\n'), encoding: 'utf8' },
  maxBuffer: 2 ** 30,
});
if (status !== 0) throw new Error(`the connector failed:\n${stderr}`);
const reports = stdout
  .trim()
  .split('\n')
  .flatMap(line => JSON.parse(line) as object[])
  .map(pointsOf);
writeFileSync(REPORTS, reports.map(points => points.join('\n')).join('\n\n'));
const now = `${reports.map(fingerprint).join('\n')}\n`;
if (update === '--update') writeFileSync(EXPECTED, now);
else if (readFileSync(EXPECTED, 'utf8') !== now) {
  console.error(`${EXPECTED} differs from the connector: add --update and check the difference`);
  process.exitCode = 1;
}
console.log(`${reports.length} reports`);
