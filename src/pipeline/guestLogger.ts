import { diag } from '@opentelemetry/api';
import { boundedLog, type GuestLogger } from '../guest';

/**
 * Logs a guest's lines to the SDK's diagnostics, under the guest's name. The limit covers all instances: each has its
 * own limit, but a guest that dies repeatedly has many.
 */
export function guestLogger(name: string): GuestLogger {
  const logger = diag.createComponentLogger({ namespace: `otelwasm:${name}` });
  return boundedLog((level, text) => logger[level === 'trace' ? 'verbose' : level](text));
}
