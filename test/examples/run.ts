import { execFile } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** What an example prints when it is run with ts-node as its first lines say; rejects when it fails. Types are checked elsewhere. */
export function runExample(main: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const env: NodeJS.ProcessEnv = { ...process.env, TS_NODE_TRANSPILE_ONLY: 'true' };
  delete env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [require.resolve('ts-node/dist/bin.js'), main, ...args],
      { cwd: ROOT, env },
      (error, stdout, stderr) => {
        if (error) reject(error);
        else resolve({ stdout, stderr });
      },
    );
  });
}

/** Rows of the tables in a text, by their first column; columns are two spaces apart or more. */
export function rowsOf(text: string): Map<string, string[]> {
  const rows = text.split('\n').map(line => line.split(/ {2,}/));
  return new Map(rows.filter(({ length }) => length > 1).map(([first, ...rest]) => [first, rest]));
}
