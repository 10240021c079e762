import { messageOf, OtelWasmError, type LogLevel, type Role, type Signal } from '../abi';
import { GuestInstance, type GuestSource, type InstanceOptions, loadGuest } from '../guest';
import { checkStructure, countItems, NO_LIMITS } from '../otlp';
import { type OtlpJson, otlpToJson } from '../otlp/json';
import { assertKnownOptions, resolveGuestOptions } from '../pipeline';
import { type SdkData, type Telemetry, toBytes, toItems } from './telemetry';

/** How a guest runs in a test. */
export interface TestGuestOptions {
  /** Any JSON value; the guest reads it with `get_plugin_config`. Default `null`. */
  readonly pluginConfig?: unknown;
  /** An exporter's results are ignored, and those of a connector are collected. Default `processor`. */
  readonly role?: 'processor' | 'exporter' | 'connector';
  /** A call that takes longer is stopped and fails with `GUEST_TIMEOUT`. Default 1_000. */
  readonly guestTimeoutMillis?: number;
  /** The limit for its start. Default `guestTimeoutMillis`. */
  readonly startTimeoutMillis?: number;
  /** Upper limit of the guest's linear memory. Default 256 MiB. */
  readonly maxMemoryBytes?: number;
  /** Grants to the guest through WASI; nothing by default. */
  readonly wasi?: {
    readonly env?: Readonly<Record<string, string>>;
    readonly args?: readonly string[];
    /** Receives the lines that the guest writes to standard output. Default: they are logged, with a limit. */
    readonly stdout?: (line: string) => void;
    /** Like `stdout`, for standard error. */
    readonly stderr?: (line: string) => void;
  };
  /** Called with each line that the guest logs. */
  readonly onLog?: (line: LogLine) => void;
}

/** A line that the guest logged, or wrote to stdout (`info`) or stderr (`warn`). */
export interface LogLine {
  readonly level: LogLevel;
  readonly text: string;
}

/** A guest's result for a batch. */
export interface GuestResult<S extends Signal> {
  /** `unchanged`: the guest returned no result, so the batch continues unchanged. */
  readonly status: 'unchanged' | 'changed';
  /** The result as OTLP protobuf; empty when the guest dropped everything. */
  readonly bytes: Uint8Array;
  /** Spans, metric data points or log records in it. */
  readonly count: number;
  /** The result as OTLP JSON. */
  readonly json: OtlpJson;
  /** The result as SDK objects: spans, log records, or metrics by resource. */
  readonly items: readonly SdkData[S][];
}

/** A guest in the process of a test. Calls are synchronous and run one at a time. */
export class TestGuest<S extends Signal> {
  /** What the guest logged so far. */
  readonly logs: LogLine[] = [];
  readonly #signal: S;
  readonly #instance: GuestInstance;

  /** @internal */
  constructor(signal: S, source: GuestSource, options: TestGuestOptions) {
    this.#signal = signal;
    const role = options?.role ?? 'processor';
    const instanceOptions = testInstanceOptions(role, signal, options, this.logs);
    this.#instance = new GuestInstance(
      loadGuest(source, role, signal, instanceOptions.maxMemoryBytes, { sourceLines: true }),
      instanceOptions,
    );
    this.#instance.start();
  }

  /** Size of the guest's linear memory in bytes. */
  get memoryBytes(): number {
    return this.#instance.memoryBytes;
  }

  /**
   * Passes a batch to the guest. Throws OtelWasmError: `GUEST_STATUS` with the guest's reason if it refuses the batch,
   * `ALLOC_FAILED`, `GUEST_OUTPUT` if the result is not OTLP, `DECODE` if `data` is not. `GUEST_TRAP`, `GUEST_EXIT` and
   * `GUEST_TIMEOUT` end the guest: every later call throws the same error.
   */
  consume(data: Telemetry<S>): GuestResult<S> {
    const given = toBytes(this.#signal, data);
    // Checked first. Otherwise a guest that returns its input would be blamed.
    checkInput(this.#signal, given);
    const outcome = this.#instance.consume(given);
    if ('error' in outcome) throw outcome.error;
    const bytes = outcome.status === 'changed' ? outcome.bytes : given;
    return resultOf(this.#signal, outcome.status, bytes);
  }

  /**
   * Collects the metrics of a guest in the role `connector`. Throws OtelWasmError as `consume` does.
   * @param temporality the requested temporality. Default `cumulative`
   */
  collect(temporality: 'delta' | 'cumulative' = 'cumulative'): GuestResult<'metrics'> {
    const outcome = this.#instance.collect(temporality);
    if ('error' in outcome) throw outcome.error;
    const bytes = outcome.status === 'changed' ? outcome.bytes : new Uint8Array(0);
    return resultOf('metrics', outcome.status, bytes);
  }

  /**
   * Runs the guest's `shutdown()`, once. Throws OtelWasmError `GUEST_STATUS` with its reason if it returns an error
   * status.
   */
  shutdown(): void {
    const error = this.#instance.shutdown();
    if (error !== undefined) throw error;
  }
}

/**
 * Loads and starts a guest for a signal. Options are checked like those of adapters. Throws OtelWasmError:
 * `INVALID_OPTION`, `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `MEMORY_LIMIT`, `START_FAILED`.
 */
export function openGuest<S extends Signal>(
  signal: S,
  source: GuestSource,
  options: TestGuestOptions = {},
): TestGuest<S> {
  return new TestGuest(signal, source, options);
}

function checkInput(signal: Signal, bytes: Uint8Array): void {
  try {
    checkStructure(signal, bytes, 'items', NO_LIMITS);
  } catch (cause) {
    throw new OtelWasmError('DECODE', `the data for the guest is not OTLP: ${messageOf(cause)}`, { cause });
  }
}

/** @internal */
export function testInstanceOptions(
  role: Role,
  signal: Signal,
  options: TestGuestOptions,
  logs: LogLine[],
  otherOptions: readonly string[] = [],
): InstanceOptions {
  assertKnownOptions(options, [...TEST_OPTION_NAMES, ...otherOptions]);
  const { pluginConfig, guestTimeoutMillis, startTimeoutMillis, maxMemoryBytes, wasi } = options;
  return {
    ...resolveGuestOptions({ pluginConfig, guestTimeoutMillis, startTimeoutMillis, maxMemoryBytes, wasi }),
    ...{ role, signal },
    log: (level, text) => {
      logs.push({ level, text });
      options.onLog?.({ level, text });
    },
  };
}

/** Names of {@link TestGuestOptions}. */
const TEST_OPTION_NAMES: readonly (keyof TestGuestOptions)[] = [
  ...([
    'pluginConfig',
    'role',
    'guestTimeoutMillis',
    'startTimeoutMillis',
    'maxMemoryBytes',
    'wasi',
    'onLog',
  ] as const),
];

/** @internal */
export function resultOf<S extends Signal>(
  signal: S,
  status: 'unchanged' | 'changed',
  bytes: Uint8Array,
): GuestResult<S> {
  try {
    checkStructure(signal, bytes, 'items');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OtelWasmError('GUEST_OUTPUT', `the guest returned bytes that are not OTLP: ${reason}`, {
      cause,
    });
  }
  return {
    ...{ status, bytes, count: countItems(signal, bytes) },
    // Decoded on demand: a test that uses one form does not pay for the other.
    get json() {
      return otlpToJson(signal, bytes);
    },
    get items() {
      return toItems(signal, bytes);
    },
  };
}
