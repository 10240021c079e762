import { OtelWasmError, type OtelWasmErrorCode, type LogLevel } from '../../abi';
import type { GuestOutput, InstanceOptions, LoadedGuest } from '../../guest';

/** An error as it crosses threads: of a class, only what structured clone keeps. */
export interface ErrorMessage {
  readonly code: OtelWasmErrorCode;
  readonly message: string;
}

/** Functions stay with the host, and the time limits: it stops the guest from outside. */
type HostOptions = 'guestTimeoutMillis' | 'startTimeoutMillis' | 'log' | 'output' | InstanceSideOptions;
/** Set by the thread or process itself. */
type InstanceSideOptions = 'shutdownRequested' | 'sleep' | 'emit';

/** The options that are sent to an instance: all others. */
type SentOptions = Omit<InstanceOptions, HostOptions>;

/** Everything but the guest that a thread or process needs to start it. */
export interface InstanceSetup {
  readonly options: SentOptions;
  /** Streams whose lines go to the host one by one; the others go to its log. */
  readonly output: readonly (keyof GuestOutput)[];
}

export function instanceSetup(options: InstanceOptions): InstanceSetup {
  const { role, signal, pluginConfigJson, maxMemoryBytes, wasi, output } = options;
  // Named one by one: callers' objects have more in them. An option that is forgotten here does not compile.
  const sent = { role, signal, pluginConfigJson, maxMemoryBytes, wasi };
  return {
    options: sent satisfies Record<keyof SentOptions, unknown>,
    output: (['stdout', 'stderr'] as const).filter(stream => output?.[stream] !== undefined),
  };
}

/** What a receiver's worker knows of the credits it emits on. */
export interface CreditSetup {
  readonly cells: SharedArrayBuffer;
  readonly maxBatches: number;
  readonly maxBytes: number;
}

/** From the host to a worker that consumes. A receiver's worker takes none: it never comes back to its event loop. */
export type HostMessage =
  { readonly kind: 'consume'; readonly bytes: Uint8Array } | { readonly kind: 'shutdown' };

/** Ends what the host waits for: its start, a batch, the guest's shutdown. */
export type AnswerMessage =
  | { readonly kind: 'started'; readonly memoryBytes: number }
  | { readonly kind: 'not_started'; readonly error: ErrorMessage }
  | { readonly kind: 'consumed'; readonly outcome: OutcomeMessage; readonly memoryBytes: number }
  | { readonly kind: 'shut_down'; readonly error?: ErrorMessage };

/** From a guest's thread or process to its host. */
export type GuestMessage =
  | AnswerMessage
  /** A thread has loaded the guest: those after it need not. */
  | { readonly kind: 'loaded'; readonly guest: LoadedGuest }
  /** The thread or process has started, and the guest's own time begins. */
  | { readonly kind: 'starting' }
  | { readonly kind: 'output'; readonly stream: keyof GuestOutput; readonly line: string }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly text: string }
  /** A receiver pushed a batch, on credit. */
  | { readonly kind: 'emitted'; readonly bytes: Uint8Array; readonly memoryBytes: number }
  /** A receiver's function is over: it returned, with the status `reason` that it had set, or threw `error`. */
  | { readonly kind: 'returned'; readonly error?: ErrorMessage; readonly reason?: string };

/** {@link ConsumeOutcome} as it crosses threads. */
export type OutcomeMessage =
  | { readonly status: 'unchanged' }
  | {
      readonly status: 'changed';
      readonly bytes: Uint8Array;
      /** In the host, where the memory is used again: as {@link OwnedBytes} has it. */
      readonly release?: () => void;
    }
  | { readonly status: 'refused' | 'no_room' | 'failed'; readonly error: ErrorMessage };

export function toErrorMessage({ code, message }: OtelWasmError): ErrorMessage {
  return { code, message };
}

export function fromErrorMessage({ code, message }: ErrorMessage): OtelWasmError {
  return new OtelWasmError(code, message);
}

/**
 * Bytes to post. Structured clone copies the whole buffer behind a view, so a view of a part is copied out first.
 * Nothing is transferred: a worker that dies must not take the batch with it, and a detached buffer slows typed arrays
 * down in the whole process.
 */
export function wholeBuffer(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.prototype.slice.call(bytes);
}
