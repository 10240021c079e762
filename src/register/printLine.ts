/** Prints a line for the user about a setting that this package handles differently. */
export function printLine(line: string): void {
  process.stderr.write(`otelwasm/register: ${line}\n`);
}
