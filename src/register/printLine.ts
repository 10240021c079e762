/** A line for people, about what this package was asked for and does otherwise. */
export function printLine(line: string): void {
  process.stderr.write(`otelwasm/register: ${line}\n`);
}
