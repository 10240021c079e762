import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type GuestInstance, type LoadedGuest, loadGuest } from '../../guest';
import {
  answer,
  asError,
  type HostMessage,
  logToHost,
  startInstance,
  toErrorMessage,
  type GuestMessage,
} from '../isolated';
import { LineCredit } from '../lineCredit';
import { Emitter } from './credits';
import type { WorkerSetup } from './guestThread';

/** The code of a guest's own thread: one instance, until the host ends the thread. */
const setup = workerData as WorkerSetup;
const { options, credits } = setup;
const host = parentPort as MessagePort;
const lines = new LineCredit(setup.lines);
const post = (message: GuestMessage): void => {
  if (message.kind === 'output') lines.take(message.line);
  host.postMessage(message, largeResult(message));
};

/** Copies of this thread's that are moved, because the host's thread would be busy copying one for tens of milliseconds. */
const LARGE_BYTES = 2 ** 22;
function largeResult(message: GuestMessage): ArrayBuffer[] {
  const bytes =
    message.kind === 'emitted'
      ? message.bytes
      : message.kind === 'consumed' && message.outcome.status === 'changed'
        ? message.outcome.bytes
        : undefined;
  return bytes !== undefined && bytes.length > LARGE_BYTES ? [bytes.buffer as ArrayBuffer] : [];
}

/** Loads the guest. If that fails, it reports to the host and returns undefined. */
function load(): LoadedGuest | undefined {
  if ('module' in setup.guest) return setup.guest;
  const { source, label, role, signal, maxMemoryBytes } = setup.guest;
  try {
    const guest = loadGuest(source, role, signal, maxMemoryBytes, { label });
    post({ kind: 'loaded', guest });
    return guest;
  } catch (error) {
    post({ kind: 'not_started', error: toErrorMessage(asError(error)) });
    return undefined;
  }
}

function startReceiver(guest: LoadedGuest, emitter: Emitter): GuestInstance | undefined {
  const emit = (bytes: Uint8Array): void =>
    post({ kind: 'emitted', bytes, memoryBytes: instance?.memoryBytes ?? 0 });
  return startInstance(guest, setup, post, emitter.hostSide(options.signal, logToHost(post), emit));
}

function receive(receiver: GuestInstance): void {
  try {
    post({ kind: 'returned', reason: receiver.runReceiver() });
  } catch (error) {
    post({ kind: 'returned', error: toErrorMessage(asError(error)) });
  }
  answer(receiver, { kind: 'shutdown' }, post);
}

let instance: GuestInstance | undefined;
const guest = load();
if (guest === undefined) {
  // The error was reported, and the host ends this thread.
} else if (credits === undefined) {
  const consumer = startInstance(guest, setup, post);
  if (consumer !== undefined) host.on('message', (message: HostMessage) => answer(consumer, message, post));
} else {
  instance = startReceiver(guest, new Emitter(credits));
  if (instance !== undefined) receive(instance);
}
