/**
 * For `node --import otelwasm/register app.js` and `node --require otelwasm/register app.js`: starts the SDK with the guests
 * that `OTELWASM_*` names. Once a thread: worker threads of the app inherit the flag, and what they measure is filtered too.
 */
import { shutDownAtEnd } from './endOfProcess';
import { endWith } from './providers';
import { start } from './start';
import type { Started } from './started';

/** `--import` loads it as an ES module's dependency, `--require` as CommonJS; both may be given. */
const STARTED = Symbol.for('otelwasm.register');
const shared = globalThis as { [STARTED]?: Started };

/**
 * Sends what is waiting and shuts the SDK down. For apps that handle SIGTERM themselves: await it before `process.exit()`.
 * Resolves at once when nothing was started, and at the latest after the time that one export may take (10 s, or
 * `OTEL_EXPORTER_OTLP_TIMEOUT`) and a guest may take to start.
 */
export async function shutdown(): Promise<void> {
  await shared[STARTED]?.shutdown();
}

if (shared[STARTED] === undefined) {
  try {
    const started = start();
    if (started !== undefined) {
      shared[STARTED] = started;
      shutDownAtEnd(started);
    }
  } catch (error) {
    endWith(error);
  }
}
