import { messageOf, OtelWasmError, type Signal, owned } from '../../abi';
import type { GuestSource } from '../../guest';
import { checkStructure } from '../../otlp';
import {
  type AdapterStats,
  BurstLog,
  Counts,
  createSelfTelemetry,
  guestLogger,
  assertKnownOptions,
  type NumberRange,
  LocalPipeline,
  positiveOption,
  resolveGuestOptions,
  TIMER_MILLIS,
  withTimeout,
} from '../../pipeline';
import {
  createReceiverRunner,
  type ReceiverRunner,
  type RunnerState,
  startReceiver,
  SharedGuest,
} from '../../runner';
import type { SdkExporter } from '../../otel';
import { type ExporterOption, createSink } from '../exporterOption';
import { RECEIVER_OPTION_NAMES, type ReceiverOptions } from './receiverOptions';
import type { SignalKind } from '../signals';

const MEBIBYTE = 2 ** 20;
/** Batches and bytes in flight are counted in 32 bits. */
const CREDIT: NumberRange = { whole: true, max: 2 ** 30 };

/**
 * The common part of the three receivers: a guest on its own thread produces OTLP, and a pipeline without guests
 * counts and delivers it. It never keeps the process alive, except while it starts or shuts down.
 */
export abstract class WasmReceiver<Batch> {
  readonly #name: string;
  readonly #signal: Signal;
  readonly #runner: ReceiverRunner;
  readonly #pipeline: LocalPipeline;
  readonly #log: BurstLog;
  readonly #errors = new Counts();
  readonly #exportTimeoutMillis: number;
  #batches = 0;
  #shutdown: Promise<void> | undefined;

  /** @internal */
  protected constructor(
    className: string,
    { signal, decode }: SignalKind<Signal, Batch>,
    source: GuestSource,
    options: ReceiverOptions & { readonly exporter?: ExporterOption<Signal, SdkExporter<Batch>> },
  ) {
    assertKnownOptions(options, RECEIVER_OPTION_NAMES);
    const { exportTimeoutMillis, shutdownGraceMillis, maxInFlightBatches, maxInFlightBytes } = options;
    const resolved = resolveGuestOptions(options);
    const exportMillis = positiveOption('exportTimeoutMillis', exportTimeoutMillis, 30_000, TIMER_MILLIS);
    const graceMillis = positiveOption('shutdownGraceMillis', shutdownGraceMillis, 5_000, TIMER_MILLIS);
    const telemetry = createSelfTelemetry(options.meterProvider, className, signal);
    const guest = new SharedGuest(source, 'receiver', signal, resolved.maxMemoryBytes);
    const instanceOptions = {
      ...resolved,
      role: 'receiver',
      signal,
      log: guestLogger(guest.name),
      maxInFlightBatches: positiveOption('maxInFlightBatches', maxInFlightBatches, 64, CREDIT),
      maxInFlightBytes: positiveOption('maxInFlightBytes', maxInFlightBytes, 16 * MEBIBYTE, CREDIT),
    } as const;
    this.#name = guest.name;
    this.#signal = signal;
    this.#log = new BurstLog(className);
    this.#exportTimeoutMillis = exportMillis;
    this.#pipeline = new LocalPipeline({
      signal,
      stages: [],
      sink: createSink(signal, options.exporter, options.otlp, decode),
      exportTimeoutMillis: exportMillis,
      log: this.#log,
    });
    this.#runner = createReceiverRunner(
      () => startReceiver(guest, instanceOptions, bytes => this.#deliver(bytes)),
      {
        shutdownGraceMillis: graceMillis,
        restart: resolved.restart,
        onFailure: error => this.#failed(error),
      },
    );
    telemetry.observe(
      () => this.stats,
      () => this.#pipeline.isClosed,
    );
  }

  /** The guest's state. Also `starting` before {@link start}. */
  get state(): RunnerState {
    return this.#runner.state;
  }

  /** Counts so far. `calls` are batches that the guest emitted, `itemsIn` the items in them. */
  get stats(): AdapterStats {
    const { state, restarts, memoryBytes } = this.#runner;
    const own = { calls: this.#batches, errors: this.#errors.snapshot, restarts, memoryBytes };
    return { ...this.#pipeline.stats, ...own, guests: [{ name: this.#name, state, ...own }] };
  }

  /**
   * Starts the guest on its thread, once. Resolves when its `start()` succeeded. Rejects with the guest's reason
   * (`START_FAILED`), and with `SHUTDOWN` after {@link shutdown}. Later calls return the same promise.
   */
  start(): Promise<void> {
    return this.#runner.start();
  }

  /** The result of {@link start}, without starting anything. */
  ready(): Promise<void> {
    return this.#runner.ready();
  }

  /** Resolves when the next consumer has everything that was emitted before, and has flushed. */
  async forceFlush(): Promise<void> {
    await this.#runner.delivered();
    return this.#pipeline.forceFlush();
  }

  /**
   * Asks the guest to return and wakes it if it sleeps. Ends its thread if it has not returned after
   * `shutdownGraceMillis`. Then delivers what the guest emitted and shuts the next consumer down. Rejects with the
   * first error, after all steps: `GUEST_TIMEOUT` when the thread had to be ended. Returns the same promise each
   * time.
   */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#runShutdown();
    return this.#shutdown;
  }

  async #runShutdown(): Promise<void> {
    const ended = await this.#runner.shutdown();
    const late = await withTimeout<OtelWasmError | undefined>(
      this.#exportTimeoutMillis,
      this.#runner.delivered().then(() => undefined),
      () => new OtelWasmError('EXPORT_TIMEOUT', 'the next consumer did not take the emitted batches in time'),
      { awaited: true },
    );
    for (const one of [ended, late]) if (one !== undefined) this.#failed(one);
    // From here on, waiting items count as SHUTDOWN.
    await this.#pipeline.shutdown();
    const error = ended ?? late;
    if (error !== undefined) throw error;
  }

  async #deliver(bytes: Uint8Array): Promise<void> {
    this.#batches++;
    try {
      checkStructure(this.#signal, bytes);
    } catch (error) {
      const message = `dropped ${bytes.length} bytes that are not OTLP: ${messageOf(error)}`;
      return this.#failed(new OtelWasmError('GUEST_OUTPUT', message));
    }
    const outcome = await this.#pipeline.send(owned(bytes));
    if (outcome.status !== 'sent')
      this.#log.warn(
        outcome.error.code,
        `${outcome.items ?? 'some'} items dropped: ${outcome.error.message}`,
      );
  }

  #failed(error: OtelWasmError): void {
    this.#errors.add(error.code);
    this.#log.warn(error.code, `${this.#name}: ${error.message}`);
  }
}
