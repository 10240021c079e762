/** Rows of text in columns, two spaces apart and indented by two. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)));
  return rows
    .map(
      row =>
        `  ${row.map((cell, index) => cell.padEnd(index < row.length - 1 ? widths[index] : 0)).join('  ')}`,
    )
    .join('\n');
}
