import type { Result, Run } from './result';

/** A run as two tables in Markdown: what is to be met, and everything. */
export function toMarkdown(run: Run): string {
  const { machine, results } = run;
  const [before, after] = machine.load;
  return [
    `${run.date}, ${run.seconds} s, Node ${machine.node}, ${machine.cores} × ${machine.cpu}, ` +
      `load ${before.toFixed(1)} before and ${after.toFixed(1)} after`,
    ...acceptanceTable(results),
    resultTable(results),
  ].join('\n\n');
}

/** None for results without a limit. */
function acceptanceTable(results: readonly Result[]): string[] {
  const rows = results.flatMap(({ name, ratio, ours, unit, limit }) => {
    if (limit === undefined) return [];
    const found = ratio
      ? `${digits(ratio.median)} (${digits(ratio.min)}-${digits(ratio.max)})`
      : `${digits(ours.median)} ${unit}`;
    const atMost = `${digits(limit.atMost)}${ratio ? '' : ` ${unit}`}`;
    return [[name, found, atMost, limit.met ? 'met' : 'MISSED']];
  });
  return rows.length === 0 ? [] : [table(['case', 'measured', 'at most', ''], rows)];
}

function resultTable(results: readonly Result[]): string {
  const rows = results.map(({ name, unit, ours, peer, ratio, note }) => [
    name,
    `${digits(ours.median)} (${digits(ours.min)}-${digits(ours.max)})`,
    peer ? `${digits(peer.median)} (${digits(peer.min)}-${digits(peer.max)})` : '',
    unit,
    ratio ? `${digits(ratio.median)} (${digits(ratio.min)}-${digits(ratio.max)})` : '',
    [ours.name === 'otelwasm' ? '' : ours.name, peer && `against ${peer.name}`, note]
      .filter(Boolean)
      .join('; '),
  ]);
  return table(['case', 'ours', 'peer', 'unit', 'ratio', ''], rows);
}

/** Three digits that count. */
export function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map(row => row[column].length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [line(head), line(widths.map(width => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
