import { getBooleanFromEnv, getNumberFromEnv } from '../otel';
import type { NodeSDKConfiguration } from '@opentelemetry/sdk-node';
import { type Signal, SIGNALS } from '../abi';
import { ifRegisteredFromEnvironment, settingsFromEnvironment, type SignalSettings } from '../config';
import { type ChainedGuest, hasOptions, withTimeout } from '../pipeline';
import { createAdapters, idle, type NextExporters } from './adapters';
import { leaveDiagnosticsToSdk, startDiagnostics } from './diagnostics';
import { globalProvider } from './globalProviders';
import { putGuestsBeforeExporters } from './guestsBeforeExporters';
import { nextExporterOf } from './nextExporter';
import { checkRegistered, keepProvider, registeredBefore } from './ownership';
import { loadApis, loadInstrumentations, loadSdk, loadResourceDetectors } from './peers';
import { tell } from './tell';

/** A started SDK. */
export interface Started {
  /**
   * Sends what is waiting and shuts everything down; the same promise each time. Never rejects. `late` when it was given up,
   * since it took longer than one export may, with the time that guests may take to start: a collector that is not
   * there must not hold a process that is to end.
   */
  readonly shutdown: () => Promise<'done' | 'late'>;
}

type Settings = Partial<Record<Signal, SignalSettings>>;

/**
 * Starts NodeSDK with the guests that the environment names. Nothing is started when it names none, or when
 * `OTEL_SDK_DISABLED` is true. From then on what is registered for signals with guests stays as it is.
 * @throws OtelWasmError when a guest or a setting is wrong; `SDK_CONFLICT` when another SDK holds a provider that the guests
 * were to serve
 */
export function start(): Started | undefined {
  const settings = settingsFromEnvironment();
  const ifRegistered = ifRegisteredFromEnvironment();
  if (getBooleanFromEnv('OTEL_SDK_DISABLED') === true) return undefined;
  if (Object.keys(settings).length === 0) {
    tell('no guest is named (OTELWASM_TRACES_GUEST, ...): nothing is started');
    return undefined;
  }
  const registered = SIGNALS.filter(signal => globalProvider(signal) !== undefined);
  if (registered.length === 0) startDiagnostics();
  const next = nextExporters(settings);
  const served = SIGNALS.filter(signal => next[signal] !== undefined);
  const foreign = served.filter(signal => registered.includes(signal));
  if (foreign.length > 0 && ifRegistered === 'refuse') throw registeredBefore(foreign);
  for (const signal of foreign)
    putGuestsBeforeExporters(signal, globalProvider(signal) as object, settings[signal] as SignalSettings);

  const own = served.filter(signal => !registered.includes(signal));
  const started = own.length === 0 && foreign.length > 0 ? NOT_OURS : startSdk(settings, next, registered);
  const apis = loadApis();
  for (const signal of served) {
    checkRegistered(signal);
    keepProvider(signal, settings[signal] as SignalSettings, apis);
  }
  return started;
}

/** The SDK that was registered first flushes and shuts down what it has, with the guests in it. */
const NOT_OURS: Started = { shutdown: () => Promise.resolve('done') };

/** Where results of guests go, for the signals that are not off. */
function nextExporters(settings: Settings): NextExporters {
  const all = SIGNALS.flatMap(signal => {
    const ofSignal = settings[signal];
    const next = ofSignal && nextExporterOf(signal, ofSignal, tell);
    return next === undefined || next === 'none' ? [] : [[signal, next] as const];
  });
  return Object.fromEntries(all);
}

/** Starts NodeSDK; for the signals that another SDK has registered it does nothing, nor does it instrument once more. */
function startSdk(settings: Settings, next: NextExporters, registered: readonly Signal[]): Started {
  const appSdk = loadSdk();
  const own = Object.fromEntries(
    Object.entries(next).filter(([signal]) => !registered.includes(signal as Signal)),
  );
  const adapters = createAdapters(settings, appSdk, own);
  leaveDiagnosticsToSdk();
  const resourceDetectors = loadResourceDetectors();
  const configuration: Partial<NodeSDKConfiguration> = {
    ...adapters,
    ...idle(registered),
    ...(resourceDetectors !== undefined && { resourceDetectors }),
    instrumentations: registered.length === 0 ? loadInstrumentations() : [],
  };
  const sdk = new appSdk.NodeSDK(configuration);
  sdk.start();
  const limitMillis = shutdownLimitMillis(Object.values(settings));
  let shutdown: Promise<'done' | 'late'> | undefined;
  return {
    shutdown: () => (shutdown ??= withTimeout(limitMillis, shutDown(sdk), late, { awaited: true })),
  };

  function late(): 'late' {
    tell(`the shutdown took longer than ${limitMillis} ms, and is given up: what was not sent is lost`);
    return 'late';
  }
}

async function shutDown(sdk: { shutdown(): Promise<void> }): Promise<'done'> {
  await sdk.shutdown().catch((error: unknown) => tell(`the shutdown failed: ${String(error)}`));
  return 'done';
}

/** What one export may take, by the SDK's default. Without a limit each waiting batch would, one after the other. */
const EXPORT_MILLIS = 10_000;

function shutdownLimitMillis(settings: readonly SignalSettings[]): number {
  const guests = settings.flatMap(({ processors, exporter }) => [
    ...processors,
    ...(exporter ? [exporter] : []),
  ]);
  const exportMillis = getNumberFromEnv('OTEL_EXPORTER_OTLP_TIMEOUT') ?? EXPORT_MILLIS;
  return exportMillis + Math.max(0, ...guests.map(startMillis));
}

function startMillis(guest: ChainedGuest): number {
  if (!hasOptions(guest)) return 0;
  return guest.startTimeoutMillis ?? guest.guestTimeoutMillis ?? 0;
}
