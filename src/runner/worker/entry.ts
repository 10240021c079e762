import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { messageOf, OtelWasmError } from '../../abi';
import { GuestInstance, type GuestLogger } from '../../guest';
import { Emitter } from './credits';
import {
  type HostMessage,
  type OutcomeMessage,
  toErrorMessage,
  wholeBuffer,
  type WorkerMessage,
  type WorkerSetup,
} from './messages';

/** What runs on a guest's own thread: one instance, until the host ends the thread. */
const { guest, options, output, credits } = workerData as WorkerSetup;
const host = parentPort as MessagePort;
const post = (message: WorkerMessage): void => host.postMessage(message);
const log: GuestLogger = (level, text) => post({ kind: 'log', level, text });

function startInstance(emitter: Emitter | undefined): GuestInstance | undefined {
  post({ kind: 'starting' });
  let instance: GuestInstance | undefined;
  try {
    instance = new GuestInstance(guest, {
      ...options,
      // The host's clock rules, and it stops the thread.
      guestTimeoutMillis: 0,
      log,
      output: Object.fromEntries(
        output.map(stream => [stream, (line: string) => post({ kind: 'output', stream, line })]),
      ),
      ...emitter?.hostSide(options.signal, log, bytes =>
        post({ kind: 'emitted', bytes, memoryBytes: instance?.memoryBytes ?? 0 }),
      ),
    });
    instance.start();
    post({ kind: 'started', memoryBytes: instance.memoryBytes });
    return instance;
  } catch (error) {
    post({ kind: 'not_started', error: toErrorMessage(asError(error)) });
    return undefined;
  }
}

function serve(instance: GuestInstance): void {
  host.on('message', (message: HostMessage) => {
    switch (message.kind) {
      case 'consume': {
        const outcome = instance.consume(message.bytes);
        post({ kind: 'consumed', outcome: toOutcomeMessage(outcome), memoryBytes: instance.memoryBytes });
        if (outcome.status === 'changed') outcome.release();
        break;
      }
      case 'shutdown':
        shutDown(instance);
    }
  });
}

function receive(instance: GuestInstance): void {
  try {
    instance.runReceiver();
    post({ kind: 'returned' });
  } catch (error) {
    post({ kind: 'returned', error: toErrorMessage(asError(error)) });
  }
  shutDown(instance);
}

function shutDown(instance: GuestInstance): void {
  const error = instance.shutdown();
  post({ kind: 'shut_down', error: error && toErrorMessage(error) });
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

function asError(error: unknown): OtelWasmError {
  return error instanceof OtelWasmError ? error : new OtelWasmError('INTERNAL', messageOf(error));
}

const instance = startInstance(credits && new Emitter(credits));
if (instance !== undefined) {
  if (credits === undefined) serve(instance);
  else receive(instance);
}
