import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

const EVERY_MILLIS = 5;

/**
 * Watches a timer of this thread. The returned function stops it and returns its worst delay in milliseconds, limited to
 * the CPU time of this process in between: delays caused by other processes do not count.
 */
export function watchTimers(): () => Promise<number> {
  let [last, busy] = [performance.now(), process.cpuUsage()];
  let latest = 0;
  const look = (): void => {
    const now = performance.now();
    const { user, system } = process.cpuUsage(busy);
    latest = Math.max(latest, Math.min(now - last - EVERY_MILLIS, (user + system) / 1_000));
    [last, busy] = [now, process.cpuUsage()];
  };
  const timer = setInterval(look, EVERY_MILLIS).unref();
  return async () => {
    await delay(EVERY_MILLIS + 1);
    look();
    clearInterval(timer);
    return latest;
  };
}
