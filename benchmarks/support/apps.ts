import type { ChildProcess } from 'node:child_process';
import type { SideName } from '../sides/spanProcessors';
import { answer, forkTypeScript } from './processes';

/** Runs `work` with one app for each side, all sending to one receiver, and ends them. */
export async function withApps<Side extends SideName, Found>(
  sides: readonly Side[],
  work: (apps: Record<Side, ChildProcess>) => Promise<Found>,
): Promise<Found> {
  const server = forkTypeScript('support/sinkServer.ts');
  const children = [server];
  try {
    const url = `http://127.0.0.1:${await answer<number>(server)}/v1/traces`;
    const apps = {} as Record<Side, ChildProcess>;
    for (const side of sides) {
      apps[side] = forkTypeScript('sides/app.ts', side, url);
      children.push(apps[side]);
      await answer(apps[side]);
    }
    return await work(apps);
  } finally {
    for (const child of children) child.disconnect();
  }
}
