/**
 * Draws the pictures of the docs: docs/images/data-flow.svg and docs/images/states.svg.
 *
 *   node scripts/diagrams.mjs
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../docs/images/', import.meta.url));
const INK = '#24292f';
const QUIET = '#57606a';

const escape = text => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

function text(x, y, content, { size = 13, fill = INK, anchor = 'middle', weight = 'normal' } = {}) {
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}" text-anchor="${anchor}">${escape(content)}</text>`;
}

/** A box with a title and a quieter line below it. */
function box({ x, y, width, height, fill }, title, note) {
  const middle = x + width / 2;
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="${fill}" stroke="${INK}"/>`,
    text(middle, y + height / 2 + (note ? -3 : 5), title, { weight: 'bold' }),
    note ? text(middle, y + height / 2 + 15, note, { size: 11, fill: QUIET }) : '',
  ].join('');
}

/** A line with an arrow head along points, with a label at its own place. */
function arrow(points, label, at) {
  const path = points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join(' ');
  return [
    `<path d="${path}" fill="none" stroke="${INK}" marker-end="url(#head)"/>`,
    label ? text(at[0], at[1], label, { size: 11, fill: QUIET, anchor: at[2] ?? 'middle' }) : '',
  ].join('');
}

function write(name, title, width, height, parts) {
  const head = `<marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L10 5L0 10z" fill="${INK}"/></marker>`;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" role="img">`,
    `<title>${escape(title)}</title><defs>${head}</defs><rect width="100%" height="100%" fill="white"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
  writeFileSync(`${FOLDER}${name}.svg`, svg);
}

function dataFlow() {
  const at = (x, y, width, fill) => ({ x, y, width, height: 54, fill });
  const host = '#ddf4ff';
  const guest = '#dafbe1';
  const outside = '#fff8c5';
  write('data-flow', 'How data flows through an adapter', 900, 250, [
    `<rect x="150" y="16" width="590" height="218" rx="12" fill="none" stroke="${QUIET}" stroke-dasharray="5 4"/>`,
    text(160, 34, 'WasmSpanProcessor', { anchor: 'start', fill: QUIET, size: 12 }),
    box(at(16, 60, 110, outside), 'the app', 'spans end'),
    box(at(170, 60, 110, host), 'batch', "the SDK's own"),
    box(at(320, 60, 110, host), 'encode', 'OTLP protobuf'),
    box(at(470, 60, 120, guest), 'redact.wasm', 'alloc, consume'),
    box(at(610, 60, 115, guest), 'filter.wasm', 'set_result'),
    box(at(770, 60, 114, outside), 'OTLP/HTTP', 'bytes as they are'),
    box(at(610, 160, 115, host), 'decode', 'only if needed'),
    box(at(770, 160, 114, outside), 'any exporter', "of the SDK's kind"),
    arrow([
      [126, 87],
      [168, 87],
    ]),
    arrow(
      [
        [280, 87],
        [318, 87],
      ],
      'spans',
      [299, 80],
    ),
    arrow(
      [
        [430, 87],
        [468, 87],
      ],
      'bytes',
      [449, 80],
    ),
    arrow([
      [590, 87],
      [608, 87],
    ]),
    arrow(
      [
        [725, 87],
        [768, 87],
      ],
      'bytes',
      [747, 80],
    ),
    arrow(
      [
        [667, 114],
        [667, 158],
      ],
      'bytes',
      [675, 140, 'start'],
    ),
    arrow(
      [
        [725, 187],
        [768, 187],
      ],
      'spans',
      [747, 180],
    ),
    text(170, 180, 'A guest that fails is replaced; the batch is tried again,', {
      anchor: 'start',
      size: 12,
      fill: QUIET,
    }),
    text(170, 198, 'halved if need be, and onError decides about what is left.', {
      anchor: 'start',
      size: 12,
      fill: QUIET,
    }),
  ]);
}

function states() {
  const at = (x, y, fill) => ({ x, y, width: 120, height: 46, fill });
  const up = '#dafbe1';
  const down = '#ffebe9';
  const end = '#eaeef2';
  write('states', 'The states of a guest', 760, 300, [
    box(at(30, 40, end), 'starting'),
    box(at(310, 40, up), 'running'),
    box(at(600, 40, down), 'restarting'),
    box(at(30, 210, down), 'failed'),
    box(at(310, 210, end), 'stopping'),
    box(at(600, 210, end), 'stopped'),
    arrow(
      [
        [150, 63],
        [308, 63],
      ],
      'start() succeeded',
      [229, 56],
    ),
    arrow(
      [
        [90, 86],
        [90, 208],
      ],
      'start() failed',
      [98, 150, 'start'],
    ),
    arrow(
      [
        [430, 53],
        [598, 53],
      ],
      'trap, exit, time-out, recycled',
      [514, 46],
    ),
    arrow(
      [
        [598, 75],
        [430, 75],
      ],
      'next batch, backoff over',
      [514, 91],
    ),
    arrow(
      [
        [140, 208],
        [318, 88],
      ],
      'next batch, backoff over',
      [236, 166, 'start'],
    ),
    arrow(
      [
        [370, 86],
        [370, 208],
      ],
      'shutdown()',
      [378, 180, 'start'],
    ),
    arrow(
      [
        [150, 233],
        [308, 233],
      ],
      'shutdown()',
      [229, 226],
    ),
    arrow(
      [
        [640, 86],
        [640, 130],
        [420, 208],
      ],
      'shutdown()',
      [560, 172, 'start'],
    ),
    arrow(
      [
        [430, 233],
        [598, 233],
      ],
      'all in flight is through',
      [514, 226],
    ),
    text(
      30,
      285,
      'starting → stopping as well. A receiver that returns by itself goes from running to failed, and is not tried again.',
      { anchor: 'start', size: 11, fill: QUIET },
    ),
  ]);
}

mkdirSync(FOLDER, { recursive: true });
dataFlow();
states();
