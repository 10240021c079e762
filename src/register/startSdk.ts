import type { NodeSDKConfiguration } from '@opentelemetry/sdk-node';
import type { Sampler } from '@opentelemetry/sdk-trace';
import type { Signal } from '../abi';
import { WasmSampler } from '../adapters';
import type { SignalSettings } from '../config';
import type { Guests } from '../pipeline';
import { createAdapters, noAdapters, type NextExporters, partsOf } from './adapters';
import { leaveDiagnosticsToSdk } from './diagnostics';
import { loadInstrumentations, loadResourceDetectors, loadSdk, type Sdk } from './peers';
import type { Unsent } from './unsent';

/** Settings from the environment, by signal. */
export type Settings = Partial<Record<Signal, SignalSettings>>;

/** A NodeSDK with guests, and the counts of items that wait for them. */
interface StartedSdk {
  readonly sdk: { shutdown(): Promise<void> };
  /** The processors or readers that the SDK was given, by signal. */
  readonly given: Readonly<Record<Signal, readonly object[]>>;
  readonly unsent: Readonly<Record<string, Unsent>>;
}

/** Starts NodeSDK. It does nothing for signals that another SDK has registered, and does not instrument twice. */
export function startSdk({
  settings,
  next,
  registered,
  sampler,
}: {
  readonly settings: Settings;
  readonly next: NextExporters;
  readonly registered: readonly Signal[];
  /** Guests that decide about root spans. Default: the sampler of the environment. */
  readonly sampler: Guests | undefined;
}): StartedSdk {
  const appSdk = loadSdk();
  const own = Object.fromEntries(
    Object.entries(next).filter(([signal]) => !registered.includes(signal as Signal)),
  );
  const { adapters, unsent } = createAdapters(settings, appSdk, own);
  leaveDiagnosticsToSdk();
  const resourceDetectors = loadResourceDetectors();
  const configuration: Partial<NodeSDKConfiguration> = {
    ...adapters,
    ...noAdapters(registered),
    ...(sampler !== undefined && { sampler: parentBased(appSdk, sampler) }),
    ...(resourceDetectors !== undefined && { resourceDetectors }),
    instrumentations: registered.length === 0 ? loadInstrumentations() : [],
  };
  const given = partsOf(adapters);
  const sdk = new appSdk.NodeSDK(configuration);
  sdk.start();
  return { sdk, given, unsent };
}

/** Children follow their parent: a guest that drops a request drops all of its spans. */
function parentBased(sdk: Sdk, guests: Guests): Sampler {
  return new (sdk.trace().ParentBasedSampler)({ root: new WasmSampler(guests) });
}
