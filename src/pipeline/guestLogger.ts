import { diag } from '@opentelemetry/api';
import type { GuestLogger } from '../guest';

/** Where the lines of a guest go: the SDK's diagnostics, under the guest's name. */
export function guestLogger(name: string): GuestLogger {
  const logger = diag.createComponentLogger({ namespace: `otelwasm:${name}` });
  return (level, text) => logger[level === 'trace' ? 'verbose' : level](text);
}
