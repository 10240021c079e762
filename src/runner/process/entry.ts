import { readSync, writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Role, Signal } from '../../abi';
import { type GuestInstance, type LoadedGuest, loadGuest } from '../../guest';
import {
  answer,
  asError,
  type HostMessage,
  type InstanceSetup,
  startInstance,
  toErrorMessage,
  type GuestMessage,
} from '../isolated';
import { encodeFrame, type Frame, FrameReader } from './frames';
import { toFrame } from './readMessage';

/**
 * The program of a guest's process: one instance, one call at a time, with blocking reads and writes. It ends when
 * the app closes its end of the pipe. A second thread waits for that on another pipe and sends SIGKILL to the
 * process, because the main thread may be busy in the guest or in the engine's compiler.
 */
const CHANNEL = 3;
const LIFELINE = 4;

const WATCHDOG = `
try { require('node:fs').readSync(${LIFELINE}, Buffer.alloc(1)); } catch {}
process.kill(process.pid, 'SIGKILL');
`;

/** The first frame: the module's bytes, and the setup of the instance. */
export interface ProcessSetup extends InstanceSetup {
  readonly role: Role;
  readonly signal: Signal;
  /** For errors while loading it. */
  readonly label: string;
}

const reader = new FrameReader(Infinity, Infinity);
const chunk = Buffer.allocUnsafe(1 << 20);
const waiting: Frame[] = [];

/** The next frame; undefined when the app has ended. */
function nextFrame(): Frame | undefined {
  while (waiting.length === 0) {
    const size = readSync(CHANNEL, chunk);
    if (size === 0) return undefined;
    waiting.push(...reader.push(chunk.subarray(0, size)));
  }
  return waiting.shift();
}

function post(message: GuestMessage): void {
  const { header, bytes } = toFrame(message);
  const frame = encodeFrame(header, bytes);
  for (let written = 0; written < frame.length;) written += writeSync(CHANNEL, frame, written);
}

function load({ bytes, header }: Frame): LoadedGuest | undefined {
  const { options, label } = header as ProcessSetup;
  try {
    // No fuel: the host stops a guest by ending this process.
    return loadGuest(bytes, options.role, options.signal, options.maxMemoryBytes, {
      fuel: false,
      label,
    });
  } catch (error) {
    post({ kind: 'not_started', error: toErrorMessage(asError(error)) });
    return undefined;
  }
}

function run(): void {
  new Worker(WATCHDOG, { eval: true }).unref();
  const first = nextFrame();
  if (first === undefined) return;
  const guest = load(first);
  const instance: GuestInstance | undefined =
    guest && startInstance(guest, first.header as ProcessSetup, post);
  for (let frame = nextFrame(); frame !== undefined; frame = nextFrame()) {
    const { kind } = frame.header as HostMessage;
    if (instance !== undefined)
      answer(instance, kind === 'consume' ? { kind, bytes: frame.bytes } : { kind }, post);
  }
}

run();
process.kill(process.pid, 'SIGKILL');
