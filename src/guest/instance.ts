// More than 250 lines: one instance is one state machine, and all steps of its lifecycle share private state.
import {
  OtelWasmError,
  type AbiFunction,
  EXTENSIONS,
  EXPORTS,
  INITIALIZE_EXPORT,
  MEMORY_EXPORT,
  STATUS_SUCCESS,
  WASI_MODULE,
  type Signal,
  SIGNAL_BIT,
} from '../abi';
import { CallState, MAX_RESULT_BYTES } from './callState';
import type { ConsumeOutcome } from './consumeOutcome';
import { runWithVmTimeout, type TimeLimit } from './vmTimeout';
import { CLOCK_EXPORT, START_EXPORT } from '../sandbox/fuel';
import { CallDeadline } from './callDeadline';
import { boundedLog, DeferredCalls, stderrEntry } from './guestLog';
import { createHostFunctions } from './hostFunctions';
import type { InstanceOptions } from './instanceOptions';
import type { LoadedGuest } from './load';
import { LinearMemory } from '../wasm';
import { BufferPool } from './bufferPool';
import { exportedName } from './validate';
import { describeThrown } from './trap';
import { createWasi, type HostFunction, stubFor, type Wasi } from '../wasi';

/** OTLP AggregationTemporality. */
const TEMPORALITY = { delta: 1, cumulative: 2 } as const;

type GuestFunction = (...args: number[]) => number;

/**
 * One instance of a guest: its memory, its lifecycle, one call at a time. Any exception from the guest marks it dead.
 * A dead instance is never called again, because its state may be corrupt.
 */
export class GuestInstance {
  readonly #guest: LoadedGuest;
  readonly #options: InstanceOptions;
  readonly #memory = new LinearMemory();
  readonly #deferredCalls = new DeferredCalls();
  readonly #clock = new CallDeadline();
  readonly #buffers = new BufferPool();
  readonly #wasi: Wasi;
  readonly #exports: WebAssembly.Exports;
  /**
   * Looked up once: code that runs once per batch is not optimized, so each lookup would cost time. Unset for
   * receivers.
   */
  readonly #alloc: GuestFunction;
  readonly #consume: GuestFunction;
  #call: CallState;
  #phase: 'created' | 'started' | 'stopped' = 'created';
  #temporality: number = TEMPORALITY.cumulative;
  #death: OtelWasmError | undefined;

  /**
   * Instantiates the guest and runs `_initialize`. Throws `START_FAILED` when that fails, and `ABI_MISMATCH` when the
   * guest reports that it does not support the signal.
   */
  constructor(guest: LoadedGuest, options: InstanceOptions) {
    this.#guest = guest;
    this.#options = options;
    this.#call = this.#newCall();
    const log = boundedLog((level, text) => this.#deferredCalls.make(() => options.log(level, text), true));
    this.#wasi = createWasi(options.wasi ?? {}, {
      memory: this.#memory,
      writeLine: (stream, line) => {
        const granted = options.output?.[stream];
        if (granted !== undefined) return this.#deferredCalls.make(() => granted(line), false);
        const { level, text } =
          stream === 'stdout' ? { level: 'info' as const, text: line } : stderrEntry(line);
        log(level, text);
      },
      granted: new Set(
        (['stdout', 'stderr'] as const).filter(stream => options.output?.[stream] !== undefined),
      ),
      sleep: options.sleep ?? (millis => this.#clock.sleep(millis)),
      throwIfOver: () => this.#clock.throwIfOver(),
    });
    const hostFunctions = createHostFunctions({
      memory: this.#memory,
      call: () => this.#call,
      pluginConfig: new TextEncoder().encode(options.pluginConfigJson),
      shutdownRequested: options.shutdownRequested ?? (() => false),
      temporality: () => this.#temporality,
      emit: options.emit,
      log,
      clock: this.#clock,
    });
    const imports = { ...hostFunctions, [WASI_MODULE]: this.#wasiImports() };
    let guestExports: WebAssembly.Exports = {};
    this.#starting('instantiation', () => {
      guestExports = new WebAssembly.Instance(guest.module, imports).exports;
      this.#memory.attach(guestExports[MEMORY_EXPORT] as WebAssembly.Memory);
      if (guest.hasFuel) {
        this.#clock.attach(guestExports[CLOCK_EXPORT] as WebAssembly.Table);
        (guestExports[START_EXPORT] as GuestFunction | undefined)?.();
      }
      if (guest.info.exports.has(INITIALIZE_EXPORT)) (guestExports[INITIALIZE_EXPORT] as GuestFunction)();
    });
    this.#exports = guestExports;
    this.#alloc = this.#function(EXPORTS.alloc);
    this.#consume = this.#function(EXPORTS.consume[options.signal]);
    this.#checkSupportedTelemetry();
  }

  /** Why this instance cannot be called any more. Undefined while it can. */
  get death(): OtelWasmError | undefined {
    return this.#death;
  }

  /** Size of linear memory in bytes. */
  get memoryBytes(): number {
    return this.#memory.byteLength;
  }

  /** Runs the guest's `start()`, once. Throws `START_FAILED` with the guest's reason. */
  start(): void {
    if (this.#phase !== 'created') return;
    this.#phase = 'started';
    this.#starting('start()', () => {
      this.#call = this.#newCall();
      const status = this.#function(EXPORTS.start)();
      if (status !== STATUS_SUCCESS)
        throw new OtelWasmError('START_FAILED', this.#statusText('start()', status));
    });
  }

  /**
   * Passes `bytes`, an OTLP message of the guest's signal, to the guest and returns the outcome. Never throws. Empty bytes are
   * passed as `consume(0, 0)`, without `alloc` (docs/abi.md).
   */
  consume(bytes: Uint8Array): ConsumeOutcome {
    if (this.#death !== undefined) return { status: 'failed', error: this.#death };
    const { signal, role } = this.#options;
    this.#call = this.#newCall(role === 'processor' ? signal : undefined);
    try {
      return this.#guarded(() => this.#handOver(bytes));
    } catch (error) {
      return this.#die(this.#described(error));
    }
  }

  /**
   * Asks a connector for its metrics. They are the outcome's bytes, which are empty if there is nothing to report.
   * Never throws.
   */
  collect(temporality: keyof typeof TEMPORALITY): ConsumeOutcome {
    if (this.#death !== undefined) return { status: 'failed', error: this.#death };
    this.#temporality = TEMPORALITY[temporality];
    this.#call = this.#newCall('metrics');
    try {
      const status = this.#guarded(this.#function(EXTENSIONS.collectMetrics));
      if (status !== STATUS_SUCCESS) {
        const text = this.#statusText(EXTENSIONS.collectMetrics.names[0], status);
        return { status: 'refused', error: new OtelWasmError('GUEST_STATUS', text) };
      }
      return this.#call.outcome;
    } catch (error) {
      return this.#die(this.#described(error));
    }
  }

  /**
   * Runs a receiver until it returns, and passes its batches to `emit`. Returns the status reason, if the guest set
   * one. Throws the error that ended the guest.
   */
  runReceiver(): string | undefined {
    this.#call = this.#newCall();
    try {
      this.#guarded(this.#function(EXPORTS.startReceiver[this.#options.signal]));
      return this.#call.statusReason || undefined;
    } catch (error) {
      throw this.#die(this.#described(error)).error;
    }
  }

  /**
   * Runs the guest's `shutdown()`, once, if it was started and is alive. Returns the error if the guest returned or
   * caused one. Never throws.
   */
  shutdown(): OtelWasmError | undefined {
    const serves = this.#phase === 'started' && this.#death === undefined;
    this.#phase = 'stopped';
    if (!serves) return undefined;
    this.#call = this.#newCall();
    try {
      const status = this.#guarded(this.#function(EXPORTS.shutdown));
      if (status === STATUS_SUCCESS) return undefined;
      return new OtelWasmError('GUEST_STATUS', this.#statusText('shutdown()', status));
    } catch (error) {
      return this.#die(this.#described(error)).error;
    }
  }

  #handOver(bytes: Uint8Array): ConsumeOutcome {
    let pointer = 0;
    if (bytes.length > 0) {
      pointer = this.#alloc(bytes.length) >>> 0;
      if (pointer === 0) {
        return {
          status: 'no_room',
          error: new OtelWasmError('ALLOC_FAILED', `the guest's alloc returned 0 for ${bytes.length} bytes`),
        };
      }
      this.#memory.write(pointer, bytes, 'the pointer that alloc returned');
    }
    const status = this.#consume(pointer, bytes.length);
    if (status !== STATUS_SUCCESS) {
      const [name] = EXPORTS.consume[this.#options.signal].names;
      const error = new OtelWasmError('GUEST_STATUS', this.#statusText(name, status));
      return { status: 'refused', error };
    }
    return this.#call.outcome;
  }

  #checkSupportedTelemetry(): void {
    const { signal } = this.#options;
    if (exportedName(this.#guest.info, EXPORTS.supportedTelemetry) === undefined) return;
    this.#starting('get_supported_telemetry()', () => {
      const supported = this.#function(EXPORTS.supportedTelemetry)();
      if ((supported & SIGNAL_BIT[signal]) === 0) {
        throw new OtelWasmError(
          'ABI_MISMATCH',
          `the guest does not support ${signal}: get_supported_telemetry() is ${supported}, expected bit ${SIGNAL_BIT[signal]}`,
        );
      }
    });
  }

  #function(abiFunction: AbiFunction): GuestFunction {
    return this.#exports[exportedName(this.#guest.info, abiFunction) as string] as GuestFunction;
  }

  /**
   * Every WASI import with the type that the guest declares. A compiled module has no readable types and gets those
   * of preview 1.
   */
  #wasiImports(): WebAssembly.ModuleImports {
    const imports = Object.assign(Object.create(null) as WebAssembly.ModuleImports, this.#wasi.imports);
    for (const { module, name, signature } of this.#guest.info.imports) {
      if (module !== WASI_MODULE) continue;
      const implementation =
        signature === undefined
          ? (imports[name] ?? stubFor({ parameters: [], results: ['i32'] }))
          : this.#wasi.importFor(name, signature);
      imports[name] = this.#clock.watched(implementation as HostFunction);
    }
    return imports;
  }

  #newCall(accepts?: Signal): CallState {
    return new CallState(accepts, Math.min(this.#options.maxMemoryBytes, MAX_RESULT_BYTES), this.#buffers);
  }

  /** Runs a call under the deadline. A compiled module contains no memory limit, so its memory is checked here. */
  #guarded<T>(call: () => T, limit: TimeLimit = 'guestTimeoutMillis'): T {
    const { guestTimeoutMillis, maxMemoryBytes } = this.#options;
    const timeoutMillis = this.#options[limit] ?? guestTimeoutMillis;
    this.#clock.begin(timeoutMillis, limit);
    let result: T;
    try {
      if (timeoutMillis === 0) result = call();
      else if (this.#guest.hasFuel) result = this.#deferredCalls.during(call);
      else result = this.#deferredCalls.during(() => runWithVmTimeout(call, timeoutMillis, limit));
    } catch (error) {
      this.#clock.throwIfStopped();
      throw error;
    } finally {
      this.#wasi.flush();
    }
    this.#clock.throwIfStopped();
    // A guest with exception handling can catch what the host throws.
    if (this.#wasi.exit !== undefined) throw this.#wasi.exit;
    if (this.#call.fault !== undefined) throw this.#described(this.#call.fault);
    if (this.#memory.byteLength > maxMemoryBytes) {
      throw new OtelWasmError(
        'MEMORY_LIMIT',
        `the guest grew to ${this.#memory.byteLength} bytes: maxMemoryBytes allows ${maxMemoryBytes}`,
      );
    }
    return result;
  }

  /** Runs one step of the start. Errors name the step. */
  #starting(step: string, call: () => void): void {
    try {
      this.#guarded(call, 'startTimeoutMillis');
    } catch (error) {
      const cause = this.#die(this.#described(error)).error;
      const keepsCode = cause.code === 'ABI_MISMATCH' || cause.code === 'START_FAILED';
      const { name } = this.#guest;
      if (keepsCode) throw new OtelWasmError(cause.code, `${name}: ${cause.message}`, { cause });
      throw new OtelWasmError('START_FAILED', `${name}: ${step}: ${cause.message}`, { cause });
    }
  }

  #statusText(what: string, status: number): string {
    const reason = this.#call.statusReason;
    return `${what} returned status ${status}: ${reason === undefined || reason === '' ? 'the guest gave no reason' : reason}`;
  }

  #described(error: unknown): OtelWasmError {
    return describeThrown(error, this.#call.statusReason, this.#guest.locate);
  }

  #die(error: OtelWasmError): { status: 'failed'; error: OtelWasmError } {
    this.#death = error;
    return { status: 'failed', error };
  }
}
