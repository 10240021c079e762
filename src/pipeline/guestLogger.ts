import { diag } from '@opentelemetry/api';
import { boundedLog, type GuestLogger } from '../guest';

/**
 * Where the lines of a guest go: the SDK's diagnostics, under the guest's name. Bounded over all of its instances: each
 * has a separate limit, but a guest that dies repeatedly has many.
 */
export function guestLogger(name: string): GuestLogger {
  const logger = diag.createComponentLogger({ namespace: `otelwasm:${name}` });
  return boundedLog((level, text) => logger[level === 'trace' ? 'verbose' : level](text));
}
