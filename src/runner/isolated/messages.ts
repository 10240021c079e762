import { OtelWasmError, type OtelWasmErrorCode, type LogLevel } from '../../abi';
import type { GuestOutput, InstanceOptions, LoadedGuest } from '../../guest';

/** An error as it crosses threads: structured clone drops everything else of the class. */
export interface ErrorMessage {
  readonly code: OtelWasmErrorCode;
  readonly message: string;
}

/** Options that stay with the host: functions, and time limits, because it stops the guest from outside. */
type HostOptions = 'guestTimeoutMillis' | 'startTimeoutMillis' | 'log' | 'output' | InstanceSideOptions;
/** Options that the thread or process sets itself. */
type InstanceSideOptions = 'shutdownRequested' | 'sleep' | 'emit';

/** All other options, which are sent to an instance. */
type SentOptions = Omit<InstanceOptions, HostOptions>;

/** Everything but the guest that a thread or process needs to start it. */
export interface InstanceSetup {
  readonly options: SentOptions;
  /** Streams whose lines go to the host one by one. Lines of the others go to its log. */
  readonly output: readonly (keyof GuestOutput)[];
}

export function instanceSetup(options: InstanceOptions): InstanceSetup {
  const { role, signal, pluginConfigJson, maxMemoryBytes, wasi, output } = options;
  // Listed one by one, because callers' objects have more properties. A missing option does not compile.
  const sent = { role, signal, pluginConfigJson, maxMemoryBytes, wasi };
  return {
    options: sent satisfies Record<keyof SentOptions, unknown>,
    output: (['stdout', 'stderr'] as const).filter(stream => output?.[stream] !== undefined),
  };
}

/** A receiver's credits, as its worker sees them. */
export interface CreditSetup {
  readonly cells: SharedArrayBuffer;
  readonly maxBatches: number;
  readonly maxBytes: number;
}

/**
 * Messages from the host to a worker that consumes. A receiver's worker gets none: it never returns to its event
 * loop.
 */
export type HostMessage =
  { readonly kind: 'consume'; readonly bytes: Uint8Array } | { readonly kind: 'shutdown' };

/** Answers to what the host waits for: the start, a batch, the guest's shutdown. */
export type AnswerMessage =
  | { readonly kind: 'started'; readonly memoryBytes: number }
  | { readonly kind: 'not_started'; readonly error: ErrorMessage }
  | { readonly kind: 'consumed'; readonly outcome: OutcomeMessage; readonly memoryBytes: number }
  | { readonly kind: 'shut_down'; readonly error?: ErrorMessage };

/** Messages from a guest's thread or process to its host. */
export type GuestMessage =
  | AnswerMessage
  /** A thread has loaded the guest. Later threads can reuse it. */
  | { readonly kind: 'loaded'; readonly guest: LoadedGuest }
  /** The thread or process has started, and the guest's own time begins. */
  | { readonly kind: 'starting' }
  | { readonly kind: 'output'; readonly stream: keyof GuestOutput; readonly line: string }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly text: string }
  /** A receiver pushed a batch, on credit. */
  | { readonly kind: 'emitted'; readonly bytes: Uint8Array; readonly memoryBytes: number }
  /** A receiver's function ended: it returned, with the status `reason` if it set one, or threw `error`. */
  | { readonly kind: 'returned'; readonly error?: ErrorMessage; readonly reason?: string };

/** {@link ConsumeOutcome} as it crosses threads. */
export type OutcomeMessage =
  | { readonly status: 'unchanged' }
  | {
      readonly status: 'changed';
      readonly bytes: Uint8Array;
      /** Only on the host's side, where the memory is reused; see {@link OwnedBytes}. */
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
 * Bytes to post. Structured clone copies the whole buffer behind a view, so a partial view is copied out first.
 * Buffers are not transferred to a worker: one that dies must not take the batch with it. Large results come back so.
 */
export function wholeBuffer(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.prototype.slice.call(bytes);
}
