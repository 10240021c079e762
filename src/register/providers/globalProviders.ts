import type { Signal } from '../../abi';

/** A tracer, meter or logger provider, as far as it is used here. */
export type Provider = object;

type LoggerProviderOf = (apiVersion: number) => Provider | undefined;

/** Where every copy of @opentelemetry/api 1.x keeps the global providers, and where @opentelemetry/api-logs keeps its own. */
const API = Symbol.for('opentelemetry.js.api.1');
const LOGS_API = Symbol.for('io.opentelemetry.js.api.logs');
/** The only version that @opentelemetry/api-logs has ever asked for. */
const LOGS_API_VERSION = 1;

/** Names of the providers in the global of @opentelemetry/api; `logs` since 1.10. */
const SLOT: Readonly<Record<Signal, 'trace' | 'metrics' | 'logs'>> = {
  traces: 'trace',
  metrics: 'metrics',
  logs: 'logs',
};

/** The API's ProxyTracerProvider. */
interface Proxy {
  getDelegate(): Provider;
  setDelegate(provider: Provider): void;
}

type Slots = Partial<Record<'trace' | 'metrics' | 'logs', Provider>> & { readonly version?: string };

const globals = globalThis as { [API]?: Slots; [LOGS_API]?: LoggerProviderOf };

/**
 * The global provider of a signal, whichever copy of the API, CommonJS or ES module, it was registered through; undefined
 * when there is none. The tracer provider is asked through the API's proxy.
 */
export function globalProvider(signal: Signal): Provider | undefined {
  const found =
    globals[API]?.[SLOT[signal]] ?? (signal === 'logs' ? globals[LOGS_API]?.(LOGS_API_VERSION) : undefined);
  return signal === 'traces' ? delegateOf(found) : found;
}

/** The version of the API through which something was registered first: others of that API are turned away. */
export function registeredApiVersion(): string | undefined {
  return globals[API]?.version;
}

/**
 * Makes what is registered for a signal stay: nothing can take its place or remove it from here on, by whatever copy of the API.
 * Log records have two places, of which the SDK fills one; the other gets the same provider.
 */
export function lockProvider(signal: Signal): void {
  const provider = globalProvider(signal);
  if (signal === 'logs') {
    fix(
      globals,
      LOGS_API,
      globals[LOGS_API] ?? (version => (version === LOGS_API_VERSION ? provider : undefined)),
    );
  }
  const slots = globals[API];
  if (slots === undefined) return;
  // What the API keeps for traces is a proxy: nor may it be led elsewhere.
  if (signal === 'traces' && slots.trace !== undefined && 'setDelegate' in slots.trace)
    fix(slots.trace as Proxy, 'setDelegate', () => undefined);
  keep(slots, SLOT[signal], slots[SLOT[signal]] ?? provider);
  if (Object.getOwnPropertyDescriptor(globalThis, API)?.configurable === false) return;
  // A registration assigns the whole object to its own place, which must not throw.
  Object.defineProperty(globalThis, API, { get: () => slots, set: () => undefined, configurable: false });
}

/**
 * What an object inherits cannot be deleted from it, and a setter cannot be written over: neither throws, whatever copy of the
 * API does it.
 */
function keep(slots: Slots, key: keyof Slots, value: Provider | undefined): void {
  const inherited = { [key]: { get: () => value, set: () => undefined, enumerable: true } };
  Reflect.deleteProperty(slots, key);
  Object.setPrototypeOf(slots, Object.create(Object.getPrototypeOf(slots) as object, inherited) as object);
}

/** Not writable: the API does not write over a provider. Not configurable: deleting it throws in strict code. */
function fix<T extends object>(holder: T, key: keyof T, value: T[keyof T]): void {
  Object.defineProperty(holder, key, { value, writable: false, configurable: false, enumerable: true });
}

function delegateOf(provider: Provider | undefined): Provider | undefined {
  return provider !== undefined && 'getDelegate' in provider ? (provider as Proxy).getDelegate() : provider;
}
