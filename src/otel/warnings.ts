import { diag, DiagLogLevel } from '@opentelemetry/api';

/** Where every copy of the API keeps its globals, the diagnostics' logger among them. */
const API = Symbol.for('opentelemetry.js.api.1');

const said = new Set<string>();

/**
 * Warns of a setting that is passed over: the app's diagnostics get the line, or where it has none stderr does, once a process.
 * Without it nobody would know that data goes elsewhere than it was meant to.
 */
export function warnAboutSetting(line: string): void {
  if (hasLogger()) diag.warn(line);
  else say(line);
}

/** Runs code of the SDK that reads settings; what it warns of goes the same way as in {@link warnAboutSetting}. */
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
  if (said.has(line)) return;
  said.add(line);
  process.stderr.write(`otelwasm: ${line}\n`);
}
