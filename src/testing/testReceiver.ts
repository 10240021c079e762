import { performance } from 'node:perf_hooks';
import { OtelWasmError, type Signal } from '../abi';
import { GuestInstance, type GuestSource, loadGuest } from '../guest';
import {
  type GuestResult,
  type LogLine,
  resultOf,
  testInstanceOptions,
  type TestGuestOptions,
} from './testGuest';

/** How long a receiver runs. */
export interface ReceiverRunOptions extends Omit<TestGuestOptions, 'role' | 'guestTimeoutMillis'> {
  /** The host asks for shutdown after this. Default 1_000. */
  readonly forMillis?: number;
  /** The host asks for shutdown after this number of batches. Default: no limit. */
  readonly maxBatches?: number;
  /**
   * Time limit for the receiver to return after the shutdown request. Then it is stopped with `GUEST_TIMEOUT`.
   * Default 5_000.
   */
  readonly graceMillis?: number;
  /** Called with each emitted batch. */
  readonly onBatch?: (bytes: Uint8Array) => void;
}

/** The result of running a receiver. */
export interface ReceiverRun<S extends Signal> {
  readonly batches: readonly GuestResult<S>[];
  readonly logs: readonly LogLine[];
  /** Time from the shutdown request to the receiver's return; `undefined` if it returned without a request. */
  readonly stoppedAfterMillis: number | undefined;
  /** Size of linear memory at the end. */
  readonly memoryBytes: number;
}

/**
 * Runs a receiver on this thread, which it blocks, until it has emitted enough or its time is over, then shuts it
 * down. Throws OtelWasmError like {@link openGuest}, and the error that ended the receiver: `GUEST_TRAP`,
 * `GUEST_EXIT`, `GUEST_TIMEOUT`, `GUEST_OUTPUT`; `GUEST_STATUS` from its `shutdown()`, or with the status reason that
 * it returned with.
 */
export function runReceiver<S extends Signal>(
  signal: S,
  source: GuestSource,
  options: ReceiverRunOptions = {},
): ReceiverRun<S> {
  const { forMillis = 1_000, graceMillis = 5_000, maxBatches = Infinity, onBatch } = options;
  const logs: LogLine[] = [];
  const emitted: Uint8Array[] = [];
  let deadline = Infinity;
  let askedAt: number | undefined;
  const instanceOptions = testInstanceOptions(
    'receiver',
    signal,
    { ...options, guestTimeoutMillis: forMillis + graceMillis },
    logs,
    ['forMillis', 'maxBatches', 'graceMillis', 'onBatch'],
  );
  const guest = loadGuest(source, 'receiver', signal, instanceOptions.maxMemoryBytes, { sourceLines: true });
  const instance = new GuestInstance(guest, {
    ...instanceOptions,
    shutdownRequested: () => {
      if (askedAt === undefined && (performance.now() >= deadline || emitted.length >= maxBatches))
        askedAt = performance.now();
      return askedAt !== undefined;
    },
    emit: (emittedSignal, bytes) => {
      if (emittedSignal !== signal) return;
      emitted.push(bytes);
      onBatch?.(bytes);
    },
  });
  instance.start();
  deadline = performance.now() + forMillis;
  const reason = instance.runReceiver();
  const stoppedAfterMillis = askedAt === undefined ? undefined : performance.now() - askedAt;
  const error = instance.shutdown();
  if (error !== undefined) throw error;
  if (reason !== undefined)
    throw new OtelWasmError('GUEST_STATUS', `the receiver returned with the status reason: ${reason}`);
  const batches = emitted.map(bytes => resultOf(signal, 'changed', bytes));
  return { batches, logs, stoppedAfterMillis, memoryBytes: instance.memoryBytes };
}
