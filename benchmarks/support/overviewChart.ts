import type { Run } from './result';

export const OVERVIEW = 'overview/main-thread/http/512/drop-50';

const BARS = [
  { side: 'stock', label: 'Stock exporter, no filter', kind: 'stock' },
  { side: 'stock-js-filter', label: 'Stock exporter, filter in JavaScript', kind: 'stock' },
  { side: 'wasm', label: 'otelwasm, filter guest, inline', kind: 'ours' },
  { side: 'wasm-worker', label: 'otelwasm, filter guest, worker', kind: 'ours' },
  { side: 'wasm-process', label: 'otelwasm, filter guest, process', kind: 'ours' },
  { side: 'rules', label: 'otelwasm, compiled rules, inline', kind: 'ours' },
] as const;

/** As wide as a phone: texts keep a size there that can be read. */
const WIDTH = 360;
const PLOT_WIDTH = 290;
const TOP = 66;
const ROW_HEIGHT = 44;

/** Colours for a light and a dark page, whichever the picture is shown on. */
const STYLE = `text{fill:#1f2328}.quiet{fill:#59636e}.stock{fill:#8c959f}.ours{fill:#0969da}
@media (prefers-color-scheme:dark){text{fill:#f0f6fc}.quiet{fill:#9198a1}.stock{fill:#6e7681}.ours{fill:#4493f8}}`;

/**
 * The cases of {@link OVERVIEW} as six bars; undefined for a run without them. Of each the lowest of five parts of the run:
 * what else the machine does only adds to it.
 */
export function toOverviewSvg(run: Run): string | undefined {
  const bars = BARS.flatMap(bar => {
    const found = run.results.find(({ name }) => name === `${OVERVIEW}/${bar.side}`);
    return found === undefined ? [] : [{ ...bar, millis: found.ours.min }];
  });
  if (bars.length < BARS.length) return undefined;
  const height = TOP + bars.length * ROW_HEIGHT + 4;
  const longest = Math.max(...bars.map(({ millis }) => millis));
  const rows = bars.map(({ label, kind, millis }, index) => {
    const y = TOP + index * ROW_HEIGHT;
    const width = Math.round((millis / longest) * PLOT_WIDTH);
    return `<text x="8" y="${y + 12}">${label}</text>
<rect class="${kind}" x="8" y="${y + 18}" width="${width}" height="16" rx="2"/>
<text x="${width + 14}" y="${y + 31}">${millis.toFixed(millis < 1 ? 2 : 1)} ms</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="14">
<style>${STYLE}</style>
<text x="8" y="20" font-size="16" font-weight="600">Main thread busy, 512 HTTP spans</text>
<text class="quiet" x="8" y="40" font-size="13">Filters drop half of them. Shorter is better.</text>
${rows.join('\n')}
</svg>
`;
}
