import { messageOf, OtelWasmError } from '../../abi';
import { GuestInstance, type GuestLogger, type InstanceOptions, type LoadedGuest } from '../../guest';
import {
  type HostMessage,
  type OutcomeMessage,
  type InstanceSetup,
  toErrorMessage,
  wholeBuffer,
  type GuestMessage,
} from './messages';

type Post = (message: GuestMessage) => void;

/**
 * Starts an instance in the guest's thread or process, and reports the outcome to the host. Undefined if it did not
 * start.
 */
export function startInstance(
  guest: LoadedGuest,
  { options, output }: InstanceSetup,
  post: Post,
  extra: Partial<InstanceOptions> = {},
): GuestInstance | undefined {
  post({ kind: 'starting' });
  try {
    const instance = new GuestInstance(guest, {
      ...options,
      // The host measures the time, and ends this thread or process.
      guestTimeoutMillis: 0,
      log: logToHost(post),
      output: Object.fromEntries(
        output.map(stream => [stream, (line: string) => post({ kind: 'output', stream, line })]),
      ),
      ...extra,
    });
    instance.start();
    post({ kind: 'started', memoryBytes: instance.memoryBytes });
    return instance;
  } catch (error) {
    post({ kind: 'not_started', error: toErrorMessage(asError(error)) });
    return undefined;
  }
}

/** Sends a guest's lines to the host's logger. */
export function logToHost(post: Post): GuestLogger {
  return (level, text) => post({ kind: 'log', level, text });
}

/** Answers one message from the host. */
export function answer(instance: GuestInstance, message: HostMessage, post: Post): void {
  switch (message.kind) {
    case 'consume': {
      const outcome = instance.consume(message.bytes);
      post({ kind: 'consumed', outcome: toOutcomeMessage(outcome), memoryBytes: instance.memoryBytes });
      if (outcome.status === 'changed') outcome.release();
      break;
    }
    case 'shutdown': {
      const error = instance.shutdown();
      post({ kind: 'shut_down', error: error && toErrorMessage(error) });
    }
  }
}

function toOutcomeMessage(outcome: ReturnType<GuestInstance['consume']>): OutcomeMessage {
  switch (outcome.status) {
    case 'unchanged':
      return outcome;
    case 'changed':
      return { status: 'changed', bytes: wholeBuffer(outcome.bytes) };
    default:
      return { status: outcome.status, error: toErrorMessage(outcome.error) };
  }
}

export function asError(error: unknown): OtelWasmError {
  return error instanceof OtelWasmError ? error : new OtelWasmError('INTERNAL', messageOf(error));
}
