import { isMainThread } from 'node:worker_threads';
import type { Started } from './started';
import { printLine } from './printLine';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Sends waiting items when the process is about to end, and lets it end as it would without this package.
 *
 * There are five cases. When no work is left, everything is shut down. After a signal that no other listener handles,
 * everything is shut down, then the signal ends the process. After a signal that the app handles, waiting items are
 * sent, and the app decides when the process ends. Some listeners only clean up and then send the signal again, once
 * they are the only listeners (signal-exit). Our listeners are hidden from them, and the repeated signal then finds
 * only ours. When no time is left (`process.exit()`, an uncaught exception), a line reports what is lost.
 */
export function shutDownAtEnd({ shutdown, flush, unsent }: Started): void {
  // `once`, because shutting down is work, and the event is emitted again after it. Abandoned work would keep the
  // process alive.
  process.once('beforeExit', () => void shutdown().then(result => result === 'late' && process.exit()));
  // A worker thread gets no signals. It ends after its own last work, or with the process.
  if (isMainThread) listenToSignals({ shutdown, flush });
  process.once('exit', () => {
    const lost = unsent();
    if (lost.length > 0) printLine(`the process exited and lost ${lost.join(', ')}`);
  });
}

function listenToSignals({ shutdown, flush }: Pick<Started, 'shutdown' | 'flush'>): void {
  const ours = new Set<(...args: never[]) => unknown>();
  for (const signal of SIGNALS) {
    const listener = (): void => {
      if (process.listenerCount(signal) > 1) {
        void flush();
        return;
      }
      void shutdown().then(() => {
        process.removeListener(signal, listener);
        // As if there were no listener: the exit status shows that a signal ended the process.
        process.kill(process.pid, signal);
      });
    };
    ours.add(listener);
    process.on(signal, listener);
  }
  hideFromListeners(ours);
}

/** Hides our listeners from `process.listeners()`. The count of listeners, which Node itself uses, stays correct. */
function hideFromListeners(ours: ReadonlySet<(...args: never[]) => unknown>): void {
  const listeners = process.listeners.bind(process) as (event: string) => ((...args: never[]) => unknown)[];
  Object.defineProperty(process, 'listeners', {
    value: (event: string) => listeners(event).filter(listener => !ours.has(listener)),
    configurable: true,
    writable: true,
  });
}
