/**
 * For `node --import otelwasm/register app.js` and `node --require otelwasm/register app.js`: starts the SDK with the
 * guests in `OTELWASM_*`, once per thread. Worker threads of the app inherit the flag, so their telemetry is filtered
 * too.
 */
import { shutDownAtEnd } from './endOfProcess';
import { endWith } from './providers';
import { start } from './start';
import type { Started } from './started';

/** `--import` loads it as an ES module's dependency, `--require` as CommonJS. Both flags may be given. */
const STARTED = Symbol.for('otelwasm.register');
const shared = globalThis as { [STARTED]?: Started };

/**
 * Sends waiting items and shuts the SDK down. For apps that handle SIGTERM themselves: await it before
 * `process.exit()`. Resolves at once when nothing was started. Otherwise it resolves at the latest after the time
 * limit of one export (10 s, or `OTEL_EXPORTER_OTLP_TIMEOUT`) plus the time that a guest may take to start.
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
