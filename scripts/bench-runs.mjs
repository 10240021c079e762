// npm run bench:runs -- [--runs 3] [--nodes 24] [--before d2355ae]
//
// Runs all benchmarks several times, once more with each other Node, and as often at an earlier commit, in turns. Writes the
// ratios side by side to benchmarks/results/runs.md. It takes five minutes a run; nothing else should run meanwhile.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { node, QUIET, run, workspace } from './package/workspace.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const AN_HOUR_MILLIS = 3_600_000;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    nodes: { type: 'string', default: '24' },
    before: { type: 'string' },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'otelwasm-bench-'));
try {
  run(ROOT, 'node', ['benchmarks/prepare.mjs'], { timeout: AN_HOUR_MILLIS });
  const earlier = values.before === undefined ? undefined : checkOut(values.before);
  const columns = [];
  const add = (...run) => {
    columns.push(bench(...run));
    writeFileSync(join(ROOT, 'benchmarks/results/runs.md'), `${toMarkdown(columns)}\n`);
  };
  for (let count = 1; count <= Number(values.runs); count++) {
    if (earlier !== undefined) add(`${values.before}, ${count}`, earlier);
    add(`run ${count}`, ROOT);
  }
  for (const version of values.nodes.split(',').filter(Boolean)) add(`Node ${version}`, ROOT, node(version));
} finally {
  for (const each of [folder, workspace]) rmSync(each, { recursive: true, force: true });
  run(ROOT, 'git', ['worktree', 'prune']);
}

function checkOut(commit) {
  const checkout = join(folder, 'before');
  run(ROOT, 'git', ['worktree', 'add', '--detach', checkout, commit]);
  run(checkout, 'npm', ['ci', ...QUIET]);
  run(checkout, 'node', ['benchmarks/prepare.mjs'], { timeout: AN_HOUR_MILLIS });
  return checkout;
}

/** One run of every case: its title, and what it found. */
function bench(title, checkout, executable = process.execPath) {
  console.log(title);
  const out = join(folder, 'run.json');
  const { scripts } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
  const [, program] = scripts.bench.split('&& node ');
  run(checkout, executable, [...program.split(' '), '--out', out], { timeout: AN_HOUR_MILLIS });
  return { title, ...JSON.parse(readFileSync(out, 'utf8')) };
}

function toMarkdown(columns) {
  const runs = columns.map(({ title, date, machine: { node: version, cpu, cores, load } }) => {
    const loads =
      load === undefined ? '' : `, load ${load.map(each => each.toFixed(1)).join(' before, ')} after`;
    return `- ${title}: ${date}, Node ${version}, ${cores} × ${cpu}${loads}`;
  });
  const names = [...new Set(columns.flatMap(({ results }) => results.map(({ name }) => name)))];
  const rows = names.map(name => {
    const found = columns.map(({ results }) => results.find(result => result.name === name));
    return [name, limitOf(found), ...found.map(cell)];
  });
  const lines = [
    ['case', 'at most', ...columns.map(({ title }) => title)],
    ['---', ...columns.map(() => '---'), '---'],
    ...rows,
  ];
  const head =
    'Ratios to the peer, with our median in brackets; the median itself, with its unit, where a case has no peer.';
  return [head, runs.join('\n'), lines.map(cells => `| ${cells.join(' | ')} |`).join('\n')].join('\n\n');
}

function limitOf(found) {
  return found.findLast(result => result?.limit !== undefined)?.limit.atMost ?? '';
}

function cell(result) {
  if (result === undefined) return '';
  const { ratio, ours, unit } = result;
  return ratio === undefined
    ? `${digits(ours.median)} ${unit}`
    : `${digits(ratio.median)} (${digits(ours.median)})`;
}

/** Three digits that count. */
function digits(value) {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
