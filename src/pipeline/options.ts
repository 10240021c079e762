// The options that all adapters share are in one file with their defaults and checks: users look here.
import type { MeterProvider } from '@opentelemetry/api';
import { messageOf, OtelWasmError, quote } from '../abi';
import type { GuestOutput, GuestSource } from '../guest';
import type { CheckDepth } from '../otlp';
import type { RestartOptions } from '../runner';
import type { OtlpHttpOptions } from '../sink';
import { jsonText } from './jsonText';

/** What happens to items that a guest failed on: dropped (and counted), or passed on unchanged. */
export type OnError = 'drop' | 'passthrough';

/** What a guest gets through WASI. */
export interface WasiGrants {
  /** Environment variables. Default none. */
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments. Default none. */
  readonly args?: readonly string[];
  /** Called with each line that the guest writes to standard output. Default: lines are logged, with a limit. */
  readonly stdout?: (line: string) => void;
  /** Like `stdout`, for standard error. */
  readonly stderr?: (line: string) => void;
}

/** Options of one guest. */
export interface GuestOptions {
  /** Any JSON value; the guest reads it with `get_plugin_config`. Default `null`. */
  readonly pluginConfig?: unknown;
  /**
   * Where the guest runs. `inline`: on the calling thread, the fastest. `worker`: on a separate thread. Both stop a
   * guest that runs too long, grows too large or fails. `process`: in a child process, which also contains a guest
   * that attacks the engine; the app does not even read its module. Default `inline`.
   */
  readonly isolation?: 'inline' | 'worker' | 'process';
  /** A call into the guest that takes longer is stopped, and the instance is replaced. Default 1_000. */
  readonly guestTimeoutMillis?: number;
  /**
   * The limit for everything before the first batch: instantiation, `_initialize` and `start()`. Guests that include
   * a language runtime (Go) need longer. Default `guestTimeoutMillis`.
   */
  readonly startTimeoutMillis?: number;
  /** Upper limit of the guest's linear memory, enforced in the module itself. Default 256 MiB. */
  readonly maxMemoryBytes?: number;
  /**
   * An instance with more memory than this is replaced between two batches. Default three quarters of
   * `maxMemoryBytes`.
   */
  readonly recycleMemoryBytes?: number;
  /**
   * What happens to items that the guest failed on. Default `drop`: a guest that redacts must not leak because it failed.
   * An exporter's guest has no next consumer, so its items are always dropped and counted.
   */
  readonly onError?: OnError;
  /** What the guest gets through WASI. Default: nothing. */
  readonly wasi?: WasiGrants;
  /** When a guest that failed is restarted. */
  readonly restart?: RestartOptions;
  /**
   * How deeply the guest's result is checked before use. `envelopes` checks resources, scopes and the bounds of
   * items. `items` checks every field, which costs about half as much as encoding. Default `envelopes`.
   */
  readonly checkOutput?: CheckDepth;
  /** Limit of the bytes that wait for this guest. Further batches are refused with `QUEUE_FULL`. Default 64 MiB. */
  readonly maxPendingBytes?: number;
  /**
   * Reloads the guest when its file changes. The new instance starts beside the old one and takes over between two
   * batches. If it cannot be loaded or started, the old one stays in use. For guests given by path. Default false.
   */
  readonly watch?: boolean;
}

/** One guest of a chain: its source, or its source with options that override those of the adapter. */
export type ChainedGuest = GuestSource | ({ readonly guest: GuestSource } & GuestOptions);

/** Whether an entry of a chain has separate options. */
export function hasOptions(entry: ChainedGuest): entry is { readonly guest: GuestSource } & GuestOptions {
  return typeof entry === 'object' && entry !== null && 'guest' in entry;
}

/** One guest, or a chain of them through which the bytes flow in order. */
export type Guests = ChainedGuest | readonly ChainedGuest[];

/** Options of every adapter that consumes telemetry. */
export interface ConsumerOptions extends GuestOptions {
  /**
   * Time limit of the next consumer for one batch, and of each step of a shutdown. In span and log processors it also
   * limits the guests and the next consumer together, and `OTEL_BSP_EXPORT_TIMEOUT` or `OTEL_BLRP_EXPORT_TIMEOUT`
   * overrides the default. Default 30_000.
   */
  readonly exportTimeoutMillis?: number;
  /** Records the adapter's own metrics. Default: none are recorded. */
  readonly meterProvider?: MeterProvider;
}

/** Options of every adapter that passes results to a next consumer. */
export interface SinkOptions {
  /** Settings of OTLP/HTTP that override the environment. Cannot be combined with `exporter`. */
  readonly otlp?: OtlpHttpOptions;
}

const MEBIBYTE = 2 ** 20;

/** {@link GuestOptions} with all defaults filled in and the configuration as JSON text. */
export type ResolvedGuestOptions = Required<Omit<GuestOptions, 'pluginConfig' | 'wasi'>> & {
  readonly pluginConfigJson: string;
  readonly wasi: Required<Pick<WasiGrants, 'env' | 'args'>>;
  readonly output: GuestOutput;
};

/** The options of one guest with all defaults filled in. Throws `INVALID_OPTION`, quoting the value. */
export function resolveGuestOptions(options: GuestOptions): ResolvedGuestOptions {
  const maxMemoryBytes = positiveOption('maxMemoryBytes', options.maxMemoryBytes, 256 * MEBIBYTE);
  const guestTimeoutMillis = positiveOption(
    'guestTimeoutMillis',
    options.guestTimeoutMillis,
    1_000,
    TIMER_MILLIS,
  );
  return {
    pluginConfigJson: toJson(options.pluginConfig),
    isolation: oneOf('isolation', options.isolation, ['inline', 'worker', 'process']),
    guestTimeoutMillis,
    startTimeoutMillis: positiveOption(
      'startTimeoutMillis',
      options.startTimeoutMillis,
      guestTimeoutMillis,
      TIMER_MILLIS,
    ),
    maxMemoryBytes,
    recycleMemoryBytes: positiveOption(
      'recycleMemoryBytes',
      options.recycleMemoryBytes,
      maxMemoryBytes * 0.75,
    ),
    onError: oneOf('onError', options.onError, ['drop', 'passthrough']),
    ...wasiGrants(options.wasi),
    restart: restartOptions(options.restart),
    checkOutput: oneOf('checkOutput', options.checkOutput, ['envelopes', 'items']),
    maxPendingBytes: positiveOption('maxPendingBytes', options.maxPendingBytes, 64 * MEBIBYTE),
    watch: boolean('watch', options.watch, false),
  };
}

/** The range of numbers above 0 that an option accepts. */
export interface NumberRange {
  readonly whole?: boolean;
  readonly max?: number;
}

/** The range of Node's timers, about 24 days. Longer delays fire at once. */
export const TIMER_MILLIS: NumberRange = { max: 2 ** 31 - 1 };
export const WHOLE: NumberRange = { whole: true };

/** True for a finite number above 0 within `range`. */
export function isPositive(value: unknown, { whole = false, max = Infinity }: NumberRange = {}): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  return value > 0 && value <= max && (!whole || Number.isInteger(value));
}

/** A positive number, or its default. Throws `INVALID_OPTION`. */
export function positiveOption(
  name: string,
  value: number | undefined,
  byDefault: number,
  range: NumberRange = {},
): number {
  if (value === undefined) return byDefault;
  if (isPositive(value, range)) return value;
  const { whole, max } = range;
  const limit = max === undefined ? '' : ` and at most ${max}`;
  throw invalid(name, value, `a ${whole ? 'whole ' : ''}number above 0${limit}`);
}

/** Throws `INVALID_OPTION` for an unknown option: a mistyped `onError` must not go unnoticed. */
export function assertKnownOptions(options: object, known: readonly string[], what = 'options'): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw invalid(what, options, 'an object');
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new OtelWasmError(
        'INVALID_OPTION',
        `option "${name}" does not exist: allowed are ${known.join(', ')}`,
      );
    }
  }
}

/** Names of {@link GuestOptions}, for `assertKnownOptions`. */
export const GUEST_OPTION_NAMES: readonly (keyof GuestOptions)[] = [
  'pluginConfig',
  'isolation',
  'guestTimeoutMillis',
  'startTimeoutMillis',
  'maxMemoryBytes',
  'recycleMemoryBytes',
  'onError',
  'wasi',
  'restart',
  'checkOutput',
  'maxPendingBytes',
  'watch',
];

/** Names of {@link ConsumerOptions}. */
export const CONSUMER_OPTION_NAMES: readonly (keyof ConsumerOptions)[] = [
  ...GUEST_OPTION_NAMES,
  'exportTimeoutMillis',
  'meterProvider',
];

/** Names of {@link SinkOptions}, and `exporter`, whose type differs by adapter. */
export const SINK_OPTION_NAMES: readonly (keyof SinkOptions | 'exporter')[] = ['exporter', 'otlp'];

/** An error that quotes the value of an option and says what is allowed. */
export function invalid(name: string, value: unknown, allowed: string): OtelWasmError {
  return new OtelWasmError('INVALID_OPTION', `${name} is ${quote(value)}: allowed is ${allowed}`);
}

function oneOf<T extends string>(name: string, value: T | undefined, allowed: readonly [T, ...T[]]): T {
  if (value === undefined) return allowed[0];
  if (allowed.includes(value)) return value;
  throw invalid(name, value, allowed.map(quote).join(' or '));
}

function boolean(name: string, value: boolean | undefined, byDefault: boolean): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? byDefault;
  throw invalid(name, value, 'true or false');
}

function toJson(pluginConfig: unknown): string {
  try {
    return jsonText('pluginConfig', pluginConfig);
  } catch (error) {
    const allowed =
      'any value that JSON can hold: plain objects, arrays, text, finite numbers, true, false, null';
    throw new OtelWasmError('INVALID_OPTION', `${messageOf(error)}: allowed is ${allowed}`);
  }
}

function wasiGrants(wasi: WasiGrants = {}): Pick<ResolvedGuestOptions, 'wasi' | 'output'> {
  assertKnownOptions(wasi, ['env', 'args', 'stdout', 'stderr'], 'wasi');
  const { env = {}, args = [], stdout, stderr } = wasi;
  if (typeof env !== 'object' || env === null || Array.isArray(env) || !Object.values(env).every(isText)) {
    throw invalid('wasi.env', env, 'an object of strings');
  }
  const wrong = Object.keys(env).find(name => !/^[^=\0]+$/.test(name));
  if (wrong !== undefined) throw invalid('a name in wasi.env', wrong, 'text without "="');
  if (!Array.isArray(args) || !args.every(isText)) throw invalid('wasi.args', args, 'an array of strings');
  for (const [name, take] of Object.entries({ stdout, stderr })) {
    if (take !== undefined && typeof take !== 'function')
      throw invalid(`wasi.${name}`, take, 'a function that takes a line');
  }
  return { wasi: { env, args }, output: { stdout, stderr } };
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && !value.includes('\0');
}

function restartOptions(restart: RestartOptions = {}): RestartOptions {
  assertKnownOptions(restart, ['initialDelayMillis', 'maxDelayMillis', 'healthyMillis'], 'restart');
  const { initialDelayMillis, maxDelayMillis, healthyMillis } = restart;
  return {
    initialDelayMillis: positiveOption('restart.initialDelayMillis', initialDelayMillis, 100, TIMER_MILLIS),
    maxDelayMillis: positiveOption('restart.maxDelayMillis', maxDelayMillis, 30_000, TIMER_MILLIS),
    healthyMillis: positiveOption('restart.healthyMillis', healthyMillis, 60_000, TIMER_MILLIS),
  };
}
