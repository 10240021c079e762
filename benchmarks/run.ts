/**
 * npm run bench [-- --case part-of-a-name] [--full] [--list] [--out file.json]
 *
 * With `--out` the results go into that file. Else a run without `--case` keeps them, latest.json, the tables and the chart
 * in benchmarks/results, and one with the case `overview` draws docs/overview.svg.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cases } from './cases';
import type { BenchmarkCase } from './support/case';
import { toSvg } from './support/chart';
import { toOverviewSvg } from './support/overviewChart';
import { answer, forkTypeScript } from './support/processes';
import { FORMAT, type Result, type Run } from './support/result';
import { digits, toMarkdown } from './support/table';

const ROOT = join(__dirname, '..');

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      case: { type: 'string' },
      full: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      out: { type: 'string' },
    },
  });
  const chosen = cases.filter(({ name, onlyFull }) =>
    values.case === undefined ? values.full || onlyFull !== true : name.includes(values.case),
  );
  if (values.list) {
    for (const { name } of chosen) console.log(name);
    return;
  }
  if (chosen.length === 0) throw new Error(`no case has "${values.case}" in its name; see --list`);
  const run = await runAll(chosen);
  const markdown = toMarkdown(run);
  console.log(`\n${markdown}`);
  if (values.out !== undefined) {
    writeFileSync(values.out, toJson(run));
    return;
  }
  if (values.case === undefined) keep(run, markdown);
  const overview = toOverviewSvg(run);
  if (overview !== undefined) writeFileSync(join(ROOT, 'docs/overview.svg'), overview);
}

async function runAll(chosen: readonly BenchmarkCase[]): Promise<Run> {
  const begin = Date.now();
  const before = loadavg()[0];
  const results: Result[] = [];
  for (const { name, missing } of chosen) {
    const why = missing?.();
    if (why !== undefined) {
      console.error(`${name} is skipped: ${why}`);
      continue;
    }
    for (const result of await answer<Result[]>(forkTypeScript('runCase.ts', name))) {
      results.push(result);
      console.error(`${result.name}: ${describe(result)}`);
    }
  }
  return {
    format: FORMAT,
    date: new Date(begin).toISOString().slice(0, 10),
    seconds: Math.round((Date.now() - begin) / 1_000),
    machine: {
      node: process.version,
      cpu: cpus()[0].model.trim(),
      cores: cpus().length,
      load: [before, loadavg()[0]],
    },
    results,
  };
}

function describe({ ours, peer, unit, ratio, limit }: Result): string {
  const compared =
    ratio && peer ? `, ${peer.name} ${digits(peer.median)}, ratio ${digits(ratio.median)}` : '';
  const verdict = limit ? ` (limit ${digits(limit.atMost)} ${limit.met ? 'met' : 'MISSED'})` : '';
  return `${digits(ours.median)} ${unit}${compared}${verdict}`;
}

const toJson = (run: Run) => `${JSON.stringify(run, null, 2)}\n`;

function keep(run: Run, markdown: string): void {
  const folder = join(ROOT, 'benchmarks/results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'latest.json'), toJson(run));
  writeFileSync(join(folder, 'latest.md'), `${markdown}\n`);
  writeFileSync(join(folder, 'latest.svg'), toSvg(run));
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
