/** Lines of a plain text table; the first row is the heading. */
export function formatTable(rows: readonly (readonly (string | number)[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => String(row[column]).length)));
  const line = (row: readonly (string | number)[]): string =>
    row
      .map((cell, column) =>
        typeof cell === 'number' ? String(cell).padStart(widths[column]) : cell.padEnd(widths[column]),
      )
      .join('  ')
      .trimEnd();
  const [heading, ...body] = rows.map(line);
  return [heading, widths.map(width => '-'.repeat(width)).join('  '), ...body].join('\n');
}
