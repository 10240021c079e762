import { inspect } from 'node:util';

/**
 * Stable codes of {@link OtelWasmError}. Match on these; messages may change.
 *
 * | code | when |
 * | --- | --- |
 * | `INVALID_OPTION` | an option has a wrong type or value; the message quotes it and what is allowed |
 * | `INVALID_PATTERN` | a regular expression is not RE2 syntax or exceeds a limit; the message says where |
 * | `SDK_CONFLICT` | another SDK has registered, or registers, the provider of the guests |
 * | `UNSUPPORTED_RUNTIME` | the import of this package in a browser or an edge runtime |
 * | `SDK_UNSUPPORTED` | a version of the OpenTelemetry SDK that this package cannot serve |
 * | `GUEST_NOT_FOUND` | the guest's path or URL cannot be read |
 * | `GUEST_INVALID` | the bytes are not a WebAssembly module this host can run |
 * | `ABI_MISMATCH` | the module does not implement otelwasm ABI v1 for the requested role; the message lists all problems |
 * | `RULES_INVALID` | rules cannot be compiled; the message lists all problems with file, line and column |
 * | `MEMORY_LIMIT` | the guest's initial memory is larger than `maxMemoryBytes` |
 * | `START_FAILED` | `start()` returned an error status, trapped or timed out |
 * | `GUEST_STATUS` | the guest returned an error status from a call |
 * | `GUEST_TRAP` | the guest trapped: unreachable, bad memory access, stack overflow, bad pointer to the host |
 * | `GUEST_EXIT` | the guest exited: with WASI `proc_exit`, or as a receiver that returned before shutdown |
 * | `GUEST_TIMEOUT` | a call ran longer than `guestTimeoutMillis` and was stopped |
 * | `GUEST_DOWN` | no instance is running: the last one failed and its replacement waits for its backoff |
 * | `ALLOC_FAILED` | the guest's `alloc` returned 0 |
 * | `GUEST_OUTPUT` | the guest returned bytes that are not well-formed OTLP |
 * | `DECODE` | bytes are not well-formed OTLP |
 * | `UNREPRESENTABLE` | OTLP data for an SDK exporter that the SDK's types cannot represent |
 * | `ENCODE` | SDK objects could not be encoded |
 * | `WORKER_CRASHED` | the guest's thread or process ended unexpectedly |
 * | `QUEUE_FULL` | a bounded queue is full |
 * | `EXPORT_FAILED` | the next consumer refused the data |
 * | `EXPORT_TIMEOUT` | the next consumer did not answer in time |
 * | `INTERNAL` | a mistake of this package; please report it |
 * | `SHUTDOWN` | the adapter is shut down |
 */
export type OtelWasmErrorCode =
  | 'INVALID_OPTION'
  | 'INVALID_PATTERN'
  | 'SDK_CONFLICT'
  | 'UNSUPPORTED_RUNTIME'
  | 'SDK_UNSUPPORTED'
  | 'GUEST_NOT_FOUND'
  | 'GUEST_INVALID'
  | 'ABI_MISMATCH'
  | 'RULES_INVALID'
  | 'MEMORY_LIMIT'
  | 'START_FAILED'
  | 'GUEST_STATUS'
  | 'GUEST_TRAP'
  | 'GUEST_EXIT'
  | 'GUEST_TIMEOUT'
  | 'GUEST_DOWN'
  | 'ALLOC_FAILED'
  | 'GUEST_OUTPUT'
  | 'DECODE'
  | 'UNREPRESENTABLE'
  | 'ENCODE'
  | 'WORKER_CRASHED'
  | 'QUEUE_FULL'
  | 'EXPORT_FAILED'
  | 'EXPORT_TIMEOUT'
  | 'INTERNAL'
  | 'SHUTDOWN';

/** The one error class of this package. `code` is stable; `message` is for people. */
export class OtelWasmError extends Error {
  override readonly name = 'OtelWasmError';
  /** Each problem as a separate text if the message lists several; otherwise the message alone. */
  readonly problems: readonly string[];

  constructor(
    readonly code: OtelWasmErrorCode,
    message: string,
    options: { cause?: unknown; problems?: readonly string[] } = {},
  ) {
    const { cause, problems } = options;
    super(message, cause === undefined ? undefined : { cause });
    this.problems = problems ?? [message];
  }
}

/** Text of anything that was thrown, for messages. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === 'string' ? error : quote(error);
}

/** A value for messages: text in double quotes, large values shortened. Runs no code of the value. */
export function quote(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return inspect(value, {
    depth: 1,
    breakLength: Infinity,
    customInspect: false,
    maxArrayLength: 10,
    maxStringLength: 100,
  });
}
