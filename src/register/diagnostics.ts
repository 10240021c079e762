import { diag, DiagConsoleLogger, DiagLogLevel } from '@opentelemetry/api';
import { getStringFromEnv } from '../otel';

/**
 * Logs the SDK's diagnostics to stderr before the first adapter is created, so that ignored settings are reported.
 * `OTEL_LOG_LEVEL` sets the level; the default is warnings and errors. An existing logger stays.
 */
export function startDiagnostics(): void {
  diag.setLogger(new DiagConsoleLogger(), {
    logLevel: levelOf(getStringFromEnv('OTEL_LOG_LEVEL') ?? 'warn'),
    suppressOverrideMessage: true,
  });
}

/** NodeSDK creates its own logger from `OTEL_LOG_LEVEL`, and warns if one exists. */
export function leaveDiagnosticsToSdk(): void {
  if (getStringFromEnv('OTEL_LOG_LEVEL') !== undefined) diag.disable();
}

/** Like the SDK: INFO for an unknown name. */
function levelOf(name: string): DiagLogLevel {
  const levels = DiagLogLevel as unknown as Readonly<Record<string, DiagLogLevel | undefined>>;
  return levels[name.trim().toUpperCase()] ?? DiagLogLevel.INFO;
}
