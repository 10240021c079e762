import { diag, DiagLogLevel } from '@opentelemetry/api';

/** The symbol under which every copy of the API keeps its globals, including the `diag` logger. */
const API = Symbol.for('opentelemetry.js.api.1');

const warned = new Set<string>();

/**
 * Warns about an ignored setting, which could otherwise send data to an unintended destination. The line goes to the
 * app's `diag` logger or, without one, to stderr, once per process.
 */
export function warnAboutSetting(line: string): void {
  if (hasLogger()) diag.warn(line);
  else say(line);
}

/** Runs SDK code that reads settings. Its warnings go where those of {@link warnAboutSetting} go. */
export function withWarningsShown<T>(work: () => T): T {
  if (hasLogger()) return work();
  const write = (...parts: unknown[]): void => say(parts.map(String).join(' '));
  const nothing = (): void => undefined;
  const logger = { error: write, warn: write, info: nothing, debug: nothing, verbose: nothing };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  try {
    return work();
  } finally {
    diag.disable();
  }
}

function hasLogger(): boolean {
  return (globalThis as { [API]?: { diag?: object } })[API]?.diag !== undefined;
}

function say(line: string): void {
  if (warned.has(line)) return;
  warned.add(line);
  process.stderr.write(`otelwasm: ${line}\n`);
}
