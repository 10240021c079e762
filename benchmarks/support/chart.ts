import type { Run, Spread } from './result';
import { digits } from './table';

const WIDTH = 860;
const LABEL_WIDTH = 390;
const ROW_HEIGHT = 22;
const TOP = 84;
const PLOT_WIDTH = WIDTH - LABEL_WIDTH - 70;

/** Ratios as bars, ours to the peer's, with a mark where each limit is. What costs more than the peer is cut. */
export function toSvg(run: Run): string {
  const rows = run.results.flatMap(({ name, ratio, limit }) =>
    ratio ? [{ name, ratio, atMost: limit?.atMost, met: limit?.met ?? true }] : [],
  );
  const groups = new Set(rows.map(({ name }) => groupOf(name)));
  const height = TOP + (rows.length + groups.size) * ROW_HEIGHT + 34;
  const bottom = height - 28;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="12" y="24" font-size="16" font-weight="600">What it costs, with the peer of each case at 1: shorter is better</text>`,
    `<text x="12" y="43" fill="#555">Medians of interleaved rounds; whiskers: five parts of the run. Node ${run.machine.node}, ${run.date}.</text>`,
    `<text x="12" y="60" fill="#555">The thick mark is what is aimed at, red what misses it. What is longer than 1 is cut.</text>`,
  ];
  for (const at of [0, 0.25, 0.5, 0.75, 1]) {
    parts.push(
      `<line x1="${x(at)}" y1="${TOP - 6}" x2="${x(at)}" y2="${bottom}" stroke="#ddd"/>`,
      `<text x="${x(at)}" y="${bottom + 16}" text-anchor="middle" fill="#555">${at}</text>`,
    );
  }
  let y = TOP - ROW_HEIGHT;
  let group = '';
  for (const { name, ratio, atMost, met } of rows) {
    if (groupOf(name) !== group) {
      group = groupOf(name);
      y += ROW_HEIGHT;
      parts.push(`<text x="12" y="${y + 14}" font-weight="600">${group}</text>`);
    }
    y += ROW_HEIGHT;
    parts.push(
      `<text x="${LABEL_WIDTH - 8}" y="${y + 13}" text-anchor="end">${name}</text>`,
      `<rect x="${x(0)}" y="${y + 2}" width="${x(ratio.median) - x(0)}" height="14" fill="${met ? '#4c78a8' : '#e45756'}"/>`,
      whisker(ratio, y + 9),
      `<text x="${textPlace(ratio, atMost)}" y="${y + 13}">${digits(ratio.median)}</text>`,
    );
    if (atMost !== undefined) {
      parts.push(
        `<line x1="${x(atMost)}" y1="${y}" x2="${x(atMost)}" y2="${y + 18}" stroke="#000" stroke-width="2"/>`,
      );
    }
  }
  return `${parts.join('\n')}\n</svg>\n`;
}

/** The kind of a case, with which its name begins. */
function groupOf(name: string): string {
  return name.slice(0, name.indexOf('/'));
}

function whisker({ min, max }: Spread, y: number): string {
  return `<line x1="${x(min)}" y1="${y}" x2="${x(max)}" y2="${y}" stroke="#222"/>`;
}

const TEXT_WIDTH = 44;

/** Behind the bar and its whisker; behind the mark as well, where that would stand in the text. */
function textPlace({ max, median }: Spread, atMost = 0): number {
  const end = x(Math.max(max, median));
  const mark = x(atMost);
  return (mark > end && mark < end + TEXT_WIDTH ? mark : end) + 6;
}

function x(ratio: number): number {
  return Math.round((LABEL_WIDTH + Math.min(ratio, 1) * PLOT_WIDTH) * 10) / 10;
}
