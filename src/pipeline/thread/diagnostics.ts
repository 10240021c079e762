import { diag, DiagLogLevel } from '@opentelemetry/api';
import { DIAG_LEVELS, type DiagLevel } from './messages';

/** Runs `work` with warnings off: the host reads the same settings and has already warned about them. */
export function withoutWarnings<T>(work: () => T): T {
  setLogger(() => undefined);
  return work();
}

/**
 * Forwards this thread's diagnostics to the host. Details are forwarded only for guests: those of the SDK contain
 * whole batches.
 */
export function forwardDiagnostics(tell: (level: DiagLevel, parts: readonly string[]) => void): void {
  setLogger((level, parts) => {
    const isDetail = level === 'debug' || level === 'verbose';
    if (!isDetail || String(parts[0]).startsWith('otelwasm:')) tell(level, parts.map(String));
  });
}

function setLogger(take: (level: DiagLevel, parts: unknown[]) => void): void {
  const methods = DIAG_LEVELS.map(level => [level, (...parts: unknown[]) => take(level, parts)] as const);
  const logger = Object.fromEntries(methods) as Record<DiagLevel, (...parts: unknown[]) => void>;
  diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
}
