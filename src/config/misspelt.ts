/** Words in the names of variables that route data through guests. */
const WORDS = [
  'GUEST',
  'CONFIG',
  'FILE',
  'ISOLATION',
  'ERROR',
  'PLUGIN',
  'RULES',
  'WASM',
  'TRACE',
  'METRIC',
  'LOG',
  'SPAN',
];
const MAX_EDITS = 2;

/**
 * Whether an unknown name may be a misspelling of a known one: its letters are close to one, or one of its words is
 * close to a word for guests, their data or their configuration.
 */
export function mayBeMeantFor(unknown: string, known: readonly string[]): boolean {
  if (known.some(name => edits(unknown, name) <= MAX_EDITS)) return true;
  const [, ...words] = unknown.split('_');
  return words.some(word => WORDS.some(one => word.startsWith(one) || edits(word, one) <= 1));
}

/** The number of letters to insert, delete, replace or swap with their neighbour to turn one text into the other. */
function edits(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      row[j] = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (same ? 0 : 1));
      if (from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1])
        row[j] = Math.min(row[j], (rows[i - 2]?.[j - 2] ?? Infinity) + 1);
    }
    rows.push(row);
  }
  return rows[from.length][to.length];
}
