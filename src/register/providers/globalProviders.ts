import type { Signal } from '../../abi';

/** A tracer, meter or logger provider, as used here. */
export type Provider = object;

type LoggerProviderOf = (apiVersion: number) => Provider | undefined;

/**
 * Where every copy of @opentelemetry/api 1.x keeps the global providers; @opentelemetry/api-logs has its own place.
 */
const API = Symbol.for('opentelemetry.js.api.1');
const LOGS_API = Symbol.for('io.opentelemetry.js.api.logs');
/** The only version that @opentelemetry/api-logs has ever requested. */
const LOGS_API_VERSION = 1;

/** Names of the providers in the global of @opentelemetry/api. `logs` exists since 1.10. */
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
 * The global provider of a signal, registered through any copy of the API, CommonJS or ES module; undefined when
 * there is none. The tracer provider is found through the API's proxy.
 */
export function globalProvider(signal: Signal): Provider | undefined {
  const found =
    globals[API]?.[SLOT[signal]] ?? (signal === 'logs' ? globals[LOGS_API]?.(LOGS_API_VERSION) : undefined);
  return signal === 'traces' ? delegateOf(found) : found;
}

/** The version of the API that registered first. That API rejects registrations of other versions. */
export function registeredApiVersion(): string | undefined {
  return globals[API]?.version;
}

/**
 * Locks the provider of a signal: no copy of the API can replace or remove it afterwards. Log records have two
 * places, of which the SDK fills one; the other gets the same provider.
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
  // For traces the API keeps a proxy. Its delegate is locked too.
  if (signal === 'traces' && slots.trace !== undefined && 'setDelegate' in slots.trace)
    fix(slots.trace as Proxy, 'setDelegate', () => undefined);
  keep(slots, SLOT[signal], slots[SLOT[signal]] ?? provider);
  if (Object.getOwnPropertyDescriptor(globalThis, API)?.configurable === false) return;
  // A registration assigns the whole object to its own place, which must not throw.
  Object.defineProperty(globalThis, API, { get: () => slots, set: () => undefined, configurable: false });
}

/**
 * Inherited properties cannot be deleted, and a property with a setter cannot be overwritten. Neither attempt throws,
 * in any copy of the API.
 */
function keep(slots: Slots, key: keyof Slots, value: Provider | undefined): void {
  const inherited = { [key]: { get: () => value, set: () => undefined, enumerable: true } };
  Reflect.deleteProperty(slots, key);
  Object.setPrototypeOf(slots, Object.create(Object.getPrototypeOf(slots) as object, inherited) as object);
}

/** Not writable: the API does not overwrite a provider. Not configurable: deleting it throws in strict code. */
function fix<T extends object>(holder: T, key: keyof T, value: T[keyof T]): void {
  Object.defineProperty(holder, key, { value, writable: false, configurable: false, enumerable: true });
}

function delegateOf(provider: Provider | undefined): Provider | undefined {
  return provider !== undefined && 'getDelegate' in provider ? (provider as Proxy).getDelegate() : provider;
}
