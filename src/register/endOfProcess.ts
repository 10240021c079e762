import type { Started } from './start';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Shuts the SDK down when the process is about to end: when it has nothing left to do, and on SIGTERM and SIGINT. An app
 * that handles a signal itself decides when it ends: then the SDK serves on until the app has nothing left to do, or calls
 * `shutdown()` before `process.exit()`.
 */
export function shutDownAtEnd({ shutdown }: Started): void {
  // Shutting down is work, after which the event is emitted again: hence once. What was given up would hold the process.
  process.once('beforeExit', () => void shutdown().then(result => result === 'late' && process.exit()));
  for (const signal of SIGNALS) {
    const listener = (): void => {
      if (process.listenerCount(signal) > 1) return;
      void shutdown().then(() => {
        process.removeListener(signal, listener);
        // As if nobody had listened: the exit status says that a signal ended the process.
        process.kill(process.pid, signal);
      });
    };
    process.on(signal, listener);
  }
}
