import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { NODE } from '../support/appUnderTest';
import { startOtlpServer } from '../support/otlpServer';

/** How a process ended, and its output. */
export interface Outcome {
  /** The signal or the exit status. */
  readonly by: NodeJS.Signals | number;
  readonly stderr: string;
  /** All that reached the endpoint, as text. */
  readonly sent: string;
}

/** Runs node in a folder with an endpoint for OTLP. A process that hangs is killed after 30 seconds. */
export async function runApp(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const server = await startOtlpServer();
  try {
    const app = spawn(NODE, args, {
      cwd: folder,
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: server.url, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    app.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    const hung = setTimeout(() => app.kill('SIGKILL'), 30_000);
    const [status, signal] = (await once(app, 'close')) as [number | null, NodeJS.Signals | null];
    clearTimeout(hung);
    const sent = server.requests.map(({ payload }) => Buffer.from(payload).toString('latin1')).join('\n');
    return { by: signal ?? status ?? -1, stderr, sent };
  } finally {
    await server.close();
  }
}

/** All of some cases, of which each starts an app, and in the short form every other one. */
export function everyOther<T>(cases: readonly T[]): readonly T[] {
  return process.env.FULL_TESTS ? cases : cases.filter((_, index) => index % 2 === 0);
}

/** Runs `work` for all items, four at a time: each is a process that takes almost a second. */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index]);
  };
  await Promise.all(Array.from({ length: 4 }, lane));
  return results;
}
