import { isMainThread } from 'node:worker_threads';
import { getBooleanFromEnv, getStringFromEnv } from '../otel';
import { SIGNALS } from '../abi';
import {
  ifRegisteredFromEnvironment,
  samplerFromEnvironment,
  settingsFromEnvironment,
  type SignalSettings,
} from '../config';
import type { NextExporters } from './adapters';
import { startDiagnostics } from './diagnostics';
import { globalProvider } from './globalProviders';
import { putGuestsBeforeExporters } from './guestsBeforeExporters';
import { nextExporterOf } from './nextExporter';
import { checkRegistered, keepProvider, registeredBefore } from './ownership';
import { loadApis } from './peers';
import { type Settings, type Started, startSdk } from './startSdk';
import { tell } from './tell';

/**
 * Starts NodeSDK with the guests that the environment names. Nothing is started when it names none, or when
 * `OTEL_SDK_DISABLED` is true. From then on what is registered for signals with guests stays as it is.
 * @throws OtelWasmError when a guest or a setting is wrong; `SDK_CONFLICT` when another SDK holds a provider that the guests
 * were to serve
 */
export function start(): Started | undefined {
  const settings = settingsFromEnvironment(process.env, tell);
  const ifRegistered = ifRegisteredFromEnvironment();
  const sampler = samplerFromEnvironment();
  if (getBooleanFromEnv('OTEL_SDK_DISABLED') === true) return undefined;
  if (Object.keys(settings).length === 0 && sampler === undefined) {
    if (isMainThread) tell('no guest is named (OTELWASM_TRACES_GUEST, ...): nothing is started');
    return undefined;
  }
  if (isMainThread && getStringFromEnv('OTEL_CONFIG_FILE') !== undefined)
    tell(
      'OTEL_CONFIG_FILE is passed over: the SDK starts with variables of the environment, guests with OTELWASM_*',
    );
  const registered = SIGNALS.filter(signal => globalProvider(signal) !== undefined);
  if (registered.length === 0) startDiagnostics();
  const next = nextExporters(settings);
  const served = SIGNALS.filter(signal => next[signal] !== undefined);
  const foreign = served.filter(signal => registered.includes(signal));
  if (foreign.length > 0 && ifRegistered === 'refuse') throw registeredBefore(foreign);
  // Samplers are asked by the provider that they were made with.
  if (sampler !== undefined && registered.includes('traces')) throw registeredBefore(['traces']);
  for (const signal of foreign)
    putGuestsBeforeExporters(signal, globalProvider(signal) as object, settings[signal] as SignalSettings);

  const own = served.filter(signal => !registered.includes(signal));
  const started =
    own.length === 0 && foreign.length > 0 ? NOT_OURS : startSdk({ settings, next, registered, sampler });
  const apis = loadApis();
  for (const signal of served) {
    checkRegistered(signal);
    keepProvider(signal, settings[signal] as SignalSettings, apis);
  }
  return started;
}

/** The SDK that was registered first flushes and shuts down what it has, with the guests in it. */
const NOT_OURS: Started = {
  shutdown: () => Promise.resolve('done'),
  flush: () => Promise.resolve(),
  unsent: () => [],
};

/** Where results of guests go, for the signals that are not off. */
function nextExporters(settings: Settings): NextExporters {
  const all = SIGNALS.flatMap(signal => {
    const ofSignal = settings[signal];
    const next = ofSignal && nextExporterOf(signal, ofSignal, tell);
    return next === undefined || next === 'none' ? [] : [[signal, next] as const];
  });
  return Object.fromEntries(all);
}
