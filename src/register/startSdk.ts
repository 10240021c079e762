import type { NodeSDKConfiguration } from '@opentelemetry/sdk-node';
import type { Sampler } from '@opentelemetry/sdk-trace';
import { type Signal, SIGNALS } from '../abi';
import { WasmSampler } from '../adapters';
import type { SignalSettings } from '../config';
import { getNumberFromEnv } from '../otel';
import { type ChainedGuest, type Guests, hasOptions, withTimeout } from '../pipeline';
import { createAdapters, idle, type NextExporters } from './adapters';
import { leaveDiagnosticsToSdk } from './diagnostics';
import { globalProvider } from './globalProviders';
import { loadInstrumentations, loadResourceDetectors, loadSdk, type Sdk } from './peers';
import { tell } from './tell';

/** A started SDK. */
export interface Started {
  /**
   * Sends what is waiting and shuts everything down; the same promise each time. Never rejects. `late` when it was given up,
   * since it took longer than one export may, with the time that guests may take to start: a collector that is not
   * there must not hold a process that is to end.
   */
  readonly shutdown: () => Promise<'done' | 'late'>;
  /** Sends what is waiting, of all signals. Never rejects. */
  readonly flush: () => Promise<void>;
  /** What would be lost if the process ended now, in words; empty when there is nothing. */
  readonly unsent: () => readonly string[];
}

/** What the environment asks for, by signal. */
export type Settings = Partial<Record<Signal, SignalSettings>>;

/** Starts NodeSDK; for the signals that another SDK has registered it does nothing, nor does it instrument once more. */
export function startSdk({
  settings,
  next,
  registered,
  sampler,
}: {
  readonly settings: Settings;
  readonly next: NextExporters;
  readonly registered: readonly Signal[];
  /** Guests that decide about root spans; default the sampler of the environment. */
  readonly sampler: Guests | undefined;
}): Started {
  const appSdk = loadSdk();
  const own = Object.fromEntries(
    Object.entries(next).filter(([signal]) => !registered.includes(signal as Signal)),
  );
  const { adapters, unsent } = createAdapters(settings, appSdk, own);
  leaveDiagnosticsToSdk();
  const resourceDetectors = loadResourceDetectors();
  const configuration: Partial<NodeSDKConfiguration> = {
    ...adapters,
    ...idle(registered),
    ...(sampler !== undefined && { sampler: parentBased(appSdk, sampler) }),
    ...(resourceDetectors !== undefined && { resourceDetectors }),
    instrumentations: registered.length === 0 ? loadInstrumentations() : [],
  };
  const sdk = new appSdk.NodeSDK(configuration);
  sdk.start();
  const limitMillis = shutdownLimitMillis(Object.values(settings));
  let shutdown: Promise<'done' | 'late'> | undefined;
  return {
    shutdown: () => (shutdown ??= withTimeout(limitMillis, shutDown(sdk), late, { awaited: true })),
    flush: flushProviders,
    unsent: () => [
      ...Object.entries(unsent).flatMap(([items, count]) => (count() > 0 ? [`${count()} ${items}`] : [])),
      ...(adapters.metricReaders !== undefined && shutdown === undefined ? [METRICS_SINCE] : []),
    ],
  };

  function late(): 'late' {
    tell(`the shutdown took longer than ${limitMillis} ms, and is given up: what was not sent is lost`);
    return 'late';
  }
}

/** Children follow their parent: a guest that drops a request drops all of it. */
function parentBased(sdk: Sdk, guests: Guests): Sampler {
  return new (sdk.trace().ParentBasedSampler)({ root: new WasmSampler(guests) });
}

const METRICS_SINCE = 'the metrics since the last report';

/** NodeSDK itself has no such thing. */
async function flushProviders(): Promise<void> {
  await Promise.allSettled(
    SIGNALS.map(async signal => {
      const provider = globalProvider(signal) as { forceFlush?: () => Promise<void> } | undefined;
      await provider?.forceFlush?.();
    }),
  );
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
