import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

const EVERY_MILLIS = 5;

/**
 * Watches a timer of this thread; the answer stops it and says how many milliseconds it came late at worst, and no later than
 * this process was busy meanwhile: a thread that was late because of itself was busy, one that waited for others on the machine
 * was not.
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
