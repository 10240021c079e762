import { isMainThread } from 'node:worker_threads';
import type { Started } from './started';
import { printLine } from './printLine';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Sends what is waiting when the process is about to end, and lets it end as it would without us.
 *
 * Nothing left to do: everything is shut down. A signal that no other listener handles: the same, then the signal ends the process. One that
 * the app handles: what is waiting is sent, and the app decides when it ends. One with listeners that only clean up and then
 * send the signal again (signal-exit): they do so when they are alone, so ours are not shown to them, and the signal that they
 * send finds only ours. An end that leaves no time (`process.exit()`, an uncaught exception): a line says what is lost.
 */
export function shutDownAtEnd({ shutdown, flush, unsent }: Started): void {
  // Shutting down is work, after which the event is emitted again: hence once. What was given up would hold the process.
  process.once('beforeExit', () => void shutdown().then(result => result === 'late' && process.exit()));
  // A worker thread gets no signals: it ends with its own last work, or with the process.
  if (isMainThread) listenToSignals({ shutdown, flush });
  process.once('exit', () => {
    const lost = unsent();
    if (lost.length > 0) printLine(`the process ended at once and lost ${lost.join(', ')}`);
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
        // As if there were no listener: the exit status says that a signal ended the process.
        process.kill(process.pid, signal);
      });
    };
    ours.add(listener);
    process.on(signal, listener);
  }
  hideFromListeners(ours);
}

/** Leaves our listeners out of `process.listeners()`; the count of listeners, which Node itself uses, stays true. */
function hideFromListeners(ours: ReadonlySet<(...args: never[]) => unknown>): void {
  const listeners = process.listeners.bind(process) as (event: string) => ((...args: never[]) => unknown)[];
  Object.defineProperty(process, 'listeners', {
    value: (event: string) => listeners(event).filter(listener => !ours.has(listener)),
    configurable: true,
    writable: true,
  });
}
