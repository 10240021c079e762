import { OtelWasmError, type Signal, SIGNALS } from '../abi';
import type { ChainedGuest, GuestOptions } from '../pipeline';
import type { SignalSettings } from './signalSettings';
import { readConfigFile } from './configFile';
import { mayBeMeantFor } from './misspelt';
import { readPluginConfig } from './pluginConfig';

const CONFIG_FILE = 'OTELWASM_CONFIG_FILE';
const SUFFIXES = ['GUEST', 'CONFIG', 'ISOLATION', 'ON_ERROR'] as const;
type Suffix = (typeof SUFFIXES)[number];
/** A sampler's guests run inline, and its fallback decides when they fail. */
const SAMPLER_SUFFIXES = ['GUEST', 'CONFIG'] as const;
const IF_REGISTERED = 'OTELWASM_IF_REGISTERED';
const KNOWN = [
  CONFIG_FILE,
  IF_REGISTERED,
  ...SIGNALS.flatMap(signal => SUFFIXES.map(suffix => nameOf(signal, suffix))),
  ...SAMPLER_SUFFIXES.map(suffix => nameOf('sampler', suffix)),
];

/**
 * The settings in `OTELWASM_*`, by signal; empty when nothing is set.
 *
 * | variable | value |
 * | --- | --- |
 * | `OTELWASM_<SIGNAL>_GUEST` | paths of `.wasm` files, separated by commas: a chain |
 * | `OTELWASM_<SIGNAL>_CONFIG` | plugin configuration: JSON, or `@` and the path of a file. For a chain an array, one entry per guest |
 * | `OTELWASM_<SIGNAL>_ISOLATION` | `inline`, `worker` or `process` |
 * | `OTELWASM_<SIGNAL>_ON_ERROR` | `drop` or `passthrough` |
 * | `OTELWASM_SAMPLER_GUEST`, `OTELWASM_SAMPLER_CONFIG` | see {@link samplerFromEnvironment} |
 * | `OTELWASM_CONFIG_FILE` | path of a YAML file with all of these settings, instead of the other variables |
 * | `OTELWASM_IF_REGISTERED` | see {@link ifRegisteredFromEnvironment} |
 *
 * @param warn gets a line about each unknown but harmless variable, e.g. of a newer release
 * @throws OtelWasmError `INVALID_OPTION` for an invalid value, and for an unknown variable that may be a misspelt
 * name for a guest or its configuration: a typing error would leave data unfiltered
 */
export function settingsFromEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  warn: (line: string) => void = () => undefined,
): Partial<Record<Signal, SignalSettings>> {
  const isSet = (name: string): boolean => (environment[name] ?? '') !== '';
  const names = Object.keys(environment).filter(name => name.startsWith('OTELWASM_') && isSet(name));
  for (const unknown of names.filter(name => !KNOWN.includes(name))) {
    const problem = `${unknown} does not exist: allowed are ${KNOWN.join(', ')}`;
    if (mayBeMeantFor(unknown, KNOWN)) throw invalid(problem);
    warn(`${problem}; it is ignored`);
  }
  if (isSet(CONFIG_FILE)) {
    const beside = [CONFIG_FILE, IF_REGISTERED, ...SAMPLER_SUFFIXES.map(suffix => nameOf('sampler', suffix))];
    const other = names.find(name => !beside.includes(name));
    if (other !== undefined)
      throw invalid(`${other} is set together with ${CONFIG_FILE}: set only one of them`);
    return readConfigFile(environment[CONFIG_FILE] as string, environment);
  }
  return Object.fromEntries(
    SIGNALS.flatMap(signal => {
      const value = (suffix: Suffix): string | undefined => environment[nameOf(signal, suffix)] || undefined;
      if (value('GUEST') !== undefined) return [[signal, { processors: guestsOf(signal, value) }]];
      const lonely = SUFFIXES.find(suffix => value(suffix) !== undefined);
      if (lonely === undefined) return [];
      throw invalid(`${nameOf(signal, lonely)} is set without ${nameOf(signal, 'GUEST')}`);
    }),
  );
}

/**
 * The guests that decide about root spans: `OTELWASM_SAMPLER_GUEST`, with the configuration in
 * `OTELWASM_SAMPLER_CONFIG`; undefined when there are none. Throws `INVALID_OPTION`.
 */
export function samplerFromEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): readonly ChainedGuest[] | undefined {
  const value = (suffix: Suffix): string | undefined => environment[nameOf('sampler', suffix)] || undefined;
  if (value('GUEST') !== undefined) return guestsOf('sampler', value);
  if (value('CONFIG') === undefined) return undefined;
  throw invalid(`${nameOf('sampler', 'CONFIG')} is set without ${nameOf('sampler', 'GUEST')}`);
}

/** What to do when another SDK holds the provider of a signal that has guests. */
export type IfRegistered = 'refuse' | 'attach';

/** `OTELWASM_IF_REGISTERED`; by default `refuse`. Throws `INVALID_OPTION` for any other value. */
export function ifRegisteredFromEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): IfRegistered {
  return oneOf(IF_REGISTERED, environment[IF_REGISTERED] || undefined, ['refuse', 'attach']) ?? 'refuse';
}

function guestsOf(signal: Signal | 'sampler', value: (suffix: Suffix) => string | undefined): ChainedGuest[] {
  const paths = (value('GUEST') ?? '').split(',').map(path => path.trim());
  if (paths.includes('')) {
    throw invalid(
      `${nameOf(signal, 'GUEST')} is ${JSON.stringify(value('GUEST'))}: allowed are paths separated by commas`,
    );
  }
  const configs = pluginConfigs(signal, value('CONFIG'), paths.length);
  const isolation = oneOf(nameOf(signal, 'ISOLATION'), value('ISOLATION'), [
    'inline',
    'worker',
    'process',
  ] as const);
  const onError = oneOf(nameOf(signal, 'ON_ERROR'), value('ON_ERROR'), ['drop', 'passthrough'] as const);
  const options: GuestOptions = { ...(isolation && { isolation }), ...(onError && { onError }) };
  return paths.map((guest, index) => ({ guest, pluginConfig: configs[index], ...options }));
}

function pluginConfigs(signal: Signal | 'sampler', text: string | undefined, guests: number): unknown[] {
  if (text === undefined) return [];
  const name = nameOf(signal, 'CONFIG');
  const config = readPluginConfig(text, name);
  if (guests === 1) return [config];
  if (Array.isArray(config) && config.length === guests) return config as unknown[];
  throw invalid(
    `${name} is for a chain of ${guests} guests: allowed is an array of ${guests} configurations`,
  );
}

function oneOf<T extends string>(
  name: string,
  value: string | undefined,
  allowed: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const found = allowed.find(candidate => candidate === value);
  if (found === undefined) throw invalid(`${name} is "${value}": allowed is ${allowed.join(' or ')}`);
  return found;
}

function nameOf(signal: Signal | 'sampler', suffix: Suffix): string {
  return `OTELWASM_${signal.toUpperCase()}_${suffix}`;
}

function invalid(message: string): OtelWasmError {
  return new OtelWasmError('INVALID_OPTION', message);
}
