import { diag, DiagConsoleLogger, DiagLogLevel } from '@opentelemetry/api';
import { getStringFromEnv } from '../otel';

/**
 * Logs the SDK's diagnostics from before the first adapter is made, so that ignored settings are reported: by
 * `OTEL_LOG_LEVEL`, by default warnings and errors, which go to stderr. An existing logger stays.
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

/** As the SDK does: INFO for a name that is none. */
function levelOf(name: string): DiagLogLevel {
  const levels = DiagLogLevel as unknown as Readonly<Record<string, DiagLogLevel | undefined>>;
  return levels[name.trim().toUpperCase()] ?? DiagLogLevel.INFO;
}
