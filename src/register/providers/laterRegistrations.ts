import type { Signal } from '../../abi';
import type { Provider } from './globalProviders';

/** A part of the API (`trace`, `metrics`, `logs`), with the name of its method that registers a provider. */
type Api = Record<string, unknown> & { disable?: () => void };

const REGISTER: Readonly<Record<Signal, readonly [part: string, method: string]>> = {
  traces: ['trace', 'setGlobalTracerProvider'],
  metrics: ['metrics', 'setGlobalMeterProvider'],
  logs: ['logs', 'setGlobalLoggerProvider'],
};

/**
 * Reports attempts to register another provider for a signal whose provider is locked. Such a provider is rejected
 * and passed to `onAttempt`. `disable()` does nothing instead of throwing at the locked provider.
 * @param modules the copies of the API that the app can reach
 */
export function watchRegistrations(
  signal: Signal,
  modules: readonly object[],
  onAttempt: (provider: Provider) => void,
): void {
  const [part, method] = REGISTER[signal];
  const seen = new Set<Provider>();
  for (const module of modules) {
    const api = (module as Record<string, Api | undefined>)[part];
    const register = api?.[method] as ((provider: Provider) => unknown) | undefined;
    if (api === undefined || register === undefined) continue;
    api.disable = () => undefined;
    api[method] = (provider: Provider) => {
      if (!seen.has(provider)) {
        seen.add(provider);
        onAttempt(provider);
      }
      return register.call(api, provider);
    };
  }
}
