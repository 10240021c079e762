import { messageOf, OtelWasmError, type Signal } from '../../abi';
import type { SignalSettings } from '../../config';
import { globalProvider, registeredApiVersion, lockProvider } from './globalProviders';
import { partsOf, putGuestsBeforeExporters } from './guestsBeforeExporters';
import { watchRegistrations } from './laterRegistrations';
import { printLine } from '../printLine';

const WAYS_OUT =
  'load otelwasm/register before it or instead of it, or set OTELWASM_IF_REGISTERED=attach to put the guests before its exporters';

/** The error for signals that would leave unfiltered through another SDK. */
export function registeredBefore(signals: readonly Signal[], waysOut = WAYS_OUT): OtelWasmError {
  const all = signals.join(' and ');
  return new OtelWasmError(
    'SDK_CONFLICT',
    `another SDK was registered first for ${all}, which would bypass the guests: ${waysOut}`,
  );
}

/** Throws `SDK_CONFLICT` when the SDK that was just started did not become the global provider. */
export function checkRegistered(signal: Signal): void {
  if (globalProvider(signal) !== undefined) return;
  throw new OtelWasmError(
    'SDK_CONFLICT',
    `the API rejected the provider for ${signal}: the registered API is @opentelemetry/api ${registeredApiVersion()}, ` +
      'NodeSDK uses another version of it. Install only one version',
  );
}

/**
 * Throws `SDK_CONFLICT` when the SDK that was just started uses other processors or readers for a signal than those
 * it was given: their data would not be filtered.
 */
export function checkOnlyGuests(signal: Signal, given: readonly object[]): void {
  const parts = partsOf(signal, globalProvider(signal) as object);
  if (parts?.length === given.length && parts.every(part => given.includes(part))) return;
  const found = parts?.map(part => part.constructor.name).join(', ') ?? 'unknown';
  throw new OtelWasmError(
    'SDK_CONFLICT',
    `this version of @opentelemetry/sdk-node registered more than the guests for ${signal}: its provider has ${found}`,
  );
}

/**
 * Keeps the global provider of a signal. A later registration is rejected with a line on stderr. That provider also
 * gets the guests before its own exporters, because the app may use it without the API. If that is impossible, the
 * process ends.
 * @param apis the copies of the API that the app can reach
 */
export function keepProvider(signal: Signal, settings: SignalSettings, apis: readonly object[]): void {
  lockProvider(signal);
  watchRegistrations(signal, apis, provider => {
    try {
      putGuestsBeforeExporters(signal, provider, settings);
      printLine(
        `another SDK cannot register for ${signal}: otelwasm/register was first, and its guests filter the telemetry of the API`,
      );
    } catch (error) {
      endWith(error);
    }
  });
}

/** An app that requires a filter must not run without it. The reason is for users, so there is no stack trace. */
export function endWith(error: unknown): never {
  const code = error instanceof OtelWasmError ? ` (${error.code})` : '';
  const line = messageOf(error)
    .replace(/:\n\s*- /, ': ')
    .replace(/\n\s*- /g, '; ');
  printLine(`${line}${code}`);
  process.exit(1);
}
