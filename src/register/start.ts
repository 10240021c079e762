import { isMainThread } from 'node:worker_threads';
import { getBooleanFromEnv, getStringFromEnv } from '../otel';
import { OtelWasmError, SIGNALS } from '../abi';
import {
  type DeclarativeFile,
  ifRegisteredFromEnvironment,
  readDeclarativeFile,
  samplerFromEnvironment,
  settingsFromEnvironment,
  type SignalSettings,
} from '../config';
import type { ChainedGuest } from '../pipeline';
import type { NextExporters } from './adapters';
import { startDiagnostics } from './diagnostics';
import {
  checkOnlyGuests,
  checkRegistered,
  globalProvider,
  keepProvider,
  putGuestsBeforeExporters,
  registeredBefore,
} from './providers';
import { nextExporterOf } from './nextExporter';
import { loadApis } from './peers';
import { startDeclarative } from './startDeclarative';
import { type Parts, type Started, startedWith } from './started';
import { type Settings, startSdk } from './startSdk';
import { printLine } from './printLine';

const CONFIG_FILE = 'OTEL_CONFIG_FILE';

/**
 * Starts NodeSDK with the guests in the environment or in the file of `OTEL_CONFIG_FILE`. Starts nothing without
 * guests, or when `OTEL_SDK_DISABLED` is true. Afterwards the providers of signals with guests are locked.
 * @throws OtelWasmError when a guest or a setting is invalid; `SDK_CONFLICT` when another SDK holds a provider that
 * the guests should serve
 */
export function start(): Started | undefined {
  const settings = settingsFromEnvironment(process.env, printLine);
  const ifRegistered = ifRegisteredFromEnvironment();
  const sampler = samplerFromEnvironment();
  if (getBooleanFromEnv('OTEL_SDK_DISABLED') === true) return undefined;
  const file = declarativeFile([...Object.keys(settings), ...(sampler ? ['the sampler'] : [])]);
  if (file !== undefined) return startDeclarative(file);
  if (Object.keys(settings).length === 0 && sampler === undefined) {
    if (isMainThread) printLine('no guest is configured (OTELWASM_TRACES_GUEST, ...): nothing is started');
    return undefined;
  }
  const registered = SIGNALS.filter(signal => globalProvider(signal) !== undefined);
  if (registered.length === 0) startDiagnostics();
  const next = nextExporters(settings);
  const served = SIGNALS.filter(signal => next[signal] !== undefined);
  const foreign = served.filter(signal => registered.includes(signal));
  if (foreign.length > 0 && ifRegistered === 'refuse') throw registeredBefore(foreign);
  // A provider keeps the sampler that it was created with.
  if (sampler !== undefined && registered.includes('traces'))
    throw registeredBefore(['traces'], SAMPLER_WAY_OUT);
  const attached = foreign.map(signal =>
    putGuestsBeforeExporters(signal, globalProvider(signal) as object, settings[signal] as SignalSettings),
  );

  const isAttachedOnly = foreign.length > 0 && foreign.length === served.length && sampler === undefined;
  const own = isAttachedOnly ? undefined : startSdk({ settings, next, registered, sampler });
  const apis = loadApis();
  for (const signal of served) {
    checkRegistered(signal);
    if (own !== undefined && !foreign.includes(signal)) checkOnlyGuests(signal, own.given[signal]);
    keepProvider(signal, settings[signal] as SignalSettings, apis);
  }
  return startedWith({
    sdk: own?.sdk,
    foreign,
    guests: Object.values(settings).flatMap(guestsOf),
    unsent: Object.assign({}, ...attached, own?.unsent) as Parts['unsent'],
    hasMetrics: served.includes('metrics') && !foreign.includes('metrics'),
  });
}

const SAMPLER_WAY_OUT =
  'load otelwasm/register before it, or remove OTELWASM_SAMPLER_GUEST, which cannot be attached to another SDK';

/** The file of `OTEL_CONFIG_FILE` if it contains guests. An unreadable file may contain some, so that is an error. */
function declarativeFile(named: readonly string[]): DeclarativeFile | undefined {
  const path = getStringFromEnv(CONFIG_FILE);
  const file = path === undefined ? undefined : readDeclarativeFile(path);
  if (file !== undefined && named.length > 0)
    throw new OtelWasmError(
      'INVALID_OPTION',
      `${CONFIG_FILE} has guests, and OTELWASM_* names guests for ${named.join(' and ')}: use only one of them`,
    );
  if (path !== undefined && file === undefined && isMainThread)
    printLine(
      `${CONFIG_FILE} is ignored because it has no guest: environment variables configure the SDK, OTELWASM_* the guests`,
    );
  return file;
}

/** The destinations of results, for the signals that are not off. */
function nextExporters(settings: Settings): NextExporters {
  const all = SIGNALS.flatMap(signal => {
    const ofSignal = settings[signal];
    const next = ofSignal && nextExporterOf(signal, ofSignal, printLine);
    return next === undefined || next === 'none' ? [] : [[signal, next] as const];
  });
  return Object.fromEntries(all);
}

function guestsOf({ processors, exporter }: SignalSettings): readonly ChainedGuest[] {
  return exporter === undefined ? processors : [...processors, exporter];
}
