import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '../..');

/** Loads TypeScript as `ts-node --transpile-only` does, but transpiles only what changed. Types are checked elsewhere. */
export const TYPESCRIPT = ['--require', join(ROOT, 'scripts/typescript.cjs')];

/** What an example prints; rejects when it fails. */
export function runExample(main: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return run([...TYPESCRIPT, main, ...args]);
}

/** The same with ts-node, as the first lines of the examples say. */
export function runWithTsNode(main: string): Promise<{ stdout: string; stderr: string }> {
  return run([require.resolve('ts-node/dist/bin.js'), main]);
}

function run(args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const env: NodeJS.ProcessEnv = { ...process.env, TS_NODE_TRANSPILE_ONLY: 'true' };
  delete env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return promisify(execFile)(process.execPath, args, { cwd: ROOT, env });
}

/** Rows of the tables in a text, by their first column; columns are two spaces apart or more. */
export function rowsOf(text: string): Map<string, string[]> {
  const rows = text.split('\n').map(line => line.split(/ {2,}/));
  return new Map(rows.filter(({ length }) => length > 1).map(([first, ...rest]) => [first, rest]));
}
