import type { Sample } from './messages';

interface Series {
  readonly label: string;
  readonly color: string;
  readonly of: (sample: Sample) => number;
}

const WIDTH = 900;
const HEIGHT = 180;
const MARGIN = 60;

const PANELS: { readonly title: string; readonly series: readonly Series[] }[] = [
  {
    title: 'memory, MiB',
    series: [
      { label: 'RSS', color: '#c0392b', of: sample => sample.rssMebibytes },
      { label: 'heap after GC', color: '#2980b9', of: sample => sample.heapMebibytes },
    ],
  },
  {
    title: 'event loop delay, ms',
    series: [
      { label: 'max', color: '#e67e22', of: sample => sample.delayMaxMillis },
      { label: 'p99', color: '#27ae60', of: sample => sample.delayP99Millis },
    ],
  },
  {
    title: 'faults so far',
    series: [
      { label: 'failed calls', color: '#8e44ad', of: sample => sample.errors },
      { label: 'instances replaced', color: '#16a085', of: sample => sample.restarts },
    ],
  },
];

/** The samples as an SVG of three panels over the same seconds. */
export function chart(samples: readonly Sample[]): string {
  const end = Math.max(1, ...samples.map(({ seconds }) => seconds));
  const panels = PANELS.map(({ title, series }, index) => {
    const top = index * (HEIGHT + MARGIN) + 30;
    const highest = Math.max(1, ...samples.flatMap(sample => series.map(({ of }) => of(sample))));
    const lines = series.map(({ label, color, of }, row) => {
      const points = samples.map(sample => {
        const x = MARGIN + (sample.seconds / end) * (WIDTH - 2 * MARGIN);
        const y = top + HEIGHT - (of(sample) / highest) * HEIGHT;
        return `${x.toFixed(1)},${y.toFixed(1)}`;
      });
      return `<polyline fill="none" stroke="${color}" points="${points.join(' ')}"/>
<text x="${MARGIN + 200 + row * 160}" y="${top - 8}" fill="${color}">${label}</text>`;
    });
    return `<text x="${MARGIN}" y="${top - 8}" font-weight="bold">${title}</text>
<rect x="${MARGIN}" y="${top}" width="${WIDTH - 2 * MARGIN}" height="${HEIGHT}" fill="none" stroke="#bbb"/>
<text x="4" y="${top + 10}">${highest.toFixed(0)}</text><text x="4" y="${top + HEIGHT}">0</text>
<text x="${WIDTH - MARGIN}" y="${top + HEIGHT + 16}" text-anchor="end">${end.toFixed(0)} s</text>
${lines.join('\n')}`;
  });
  const height = PANELS.length * (HEIGHT + MARGIN) + 30;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
${panels.join('\n')}
</svg>
`;
}
