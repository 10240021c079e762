import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { messageOf, OtelWasmError, printable } from '../../abi';
import {
  boundedLog,
  type GuestFile,
  type InstanceOptions,
  type TimeLimit,
  withoutThrowing,
} from '../../guest';
import {
  Deadlines,
  type IsolatedGuest,
  type HostMessage,
  instanceSetup,
  type GuestMessage,
} from '../isolated';
import type { FrameMemory } from './frameMemory';
import { frameHead, FrameReader, MAX_FRAME_BYTES } from './frames';
import { freeMemory } from './freeMemory';
import { readMessage, toFrame } from './readMessage';
import { startChild } from './startChild';

const MEBIBYTE = 2 ** 20;
/** What a child may say beside bytes: a line of the log has 8 KB, and seven times as many once it is printable JSON. */
const MAX_HEADER_BYTES = MEBIBYTE / 4;
/** Node itself, the engine's compiler and a batch in each direction, beside the guest's memory. */
const OVERHEAD_BYTES = 768 * MEBIBYTE;
const LOOK_MILLIS = 500;
/** How long what a process has said is read once it is gone. */
const LAST_WORDS_MILLIS = 1_000;
const PAGE_BYTES = 4_096;
/** Of what Node.js or the engine says at the end; what is read, and what of that is told. */
const MAX_STDERR_BYTES = 65_536;
const MAX_STDERR_LENGTH = 2_000;

/** What each child of a guest is started with. */
export interface ProcessGuest extends Pick<GuestFile, 'bytes' | 'label'> {
  /** The script that the child runs. */
  readonly program: string;
  /** For what its children send, one after the other. */
  readonly memory: FrameMemory;
}

/**
 * A child process with one instance of a guest, seen from the host. It gets nothing of the app's: no environment, no
 * arguments, no file, no address. Its end is SIGKILL, which no guest and no compiler can put off. It ends with the app,
 * also when that is killed: see `entry.ts`.
 */
export class GuestProcess implements IsolatedGuest {
  readonly exited: Promise<OtelWasmError>;
  readonly #child: ChildProcess;
  readonly #channel: Socket;
  readonly #frames: FrameReader;
  readonly #deadlines: Deadlines;
  readonly #log: InstanceOptions['log'];
  readonly #output: InstanceOptions['output'];
  readonly #onMessage: (message: GuestMessage) => void;
  #why: OtelWasmError | undefined;
  #holds = 0;

  /** `onMessage` gets every message but the guest's lines. Throws `START_FAILED` where there are no such processes. */
  constructor(
    { program, memory, label, bytes }: ProcessGuest,
    options: InstanceOptions,
    onMessage: (message: GuestMessage) => void,
  ) {
    this.#frames = new FrameReader(MAX_HEADER_BYTES, MAX_FRAME_BYTES, memory);
    this.#onMessage = onMessage;
    this.#output = options.output;
    // Bounded here again: a guest that took over the child can bypass the bound there.
    this.#log = boundedLog(options.log);
    this.#deadlines = new Deadlines(options, "the guest's process");
    this.#child = startChild();
    const { stdio, pid } = this.#child;
    this.#channel = stdio[3] as Socket;
    this.exited = this.#exited();
    this.#child.stdin?.end(program);
    this.#listen();
    if (pid !== undefined) this.#watch(pid, options.maxMemoryBytes + OVERHEAD_BYTES);
    bytes().then(
      module => this.#write({ ...instanceSetup(options), label }, module),
      (error: OtelWasmError) => this.#end(error),
    );
    for (const pipe of pipesOf(this.#child)) pipe.unref();
    this.#ref(false);
  }

  post(message: HostMessage): void {
    const { header, bytes } = toFrame(message);
    this.#write(header, bytes);
  }

  /** The bytes are not copied: 64 MiB at once would hold the event loop up. They are written before the answer comes. */
  #write(header: object, bytes?: Uint8Array): void {
    this.#channel.cork();
    this.#channel.write(frameHead(header, bytes?.length ?? 0));
    if (bytes !== undefined) this.#channel.write(bytes);
    this.#channel.uncork();
  }

  /** What it has still to say is not read: a process that an attacker controls can have left its pipes to another. */
  terminate(): void {
    this.#child.kill('SIGKILL');
    for (const pipe of pipesOf(this.#child)) pipe.destroy();
    this.#frames.close();
  }

  async keepAliveDuring<T>(work: Promise<T>): Promise<T> {
    if (this.#holds++ === 0) this.#ref(true);
    try {
      return await work;
    } finally {
      if (--this.#holds === 0) this.#ref(false);
    }
  }

  deadline(limit: TimeLimit, late: (error: OtelWasmError) => void): () => void {
    return this.#deadlines.call(limit, late);
  }

  startUpDeadline(late: (error: OtelWasmError) => void): () => void {
    return this.#deadlines.startUp(late);
  }

  #ref(hold: boolean): void {
    const call = hold ? 'ref' : 'unref';
    this.#child[call]();
    this.#channel[call]();
  }

  #listen(): void {
    // It has closed the pipe, and is gone or of no use.
    this.#channel.on('close', () => this.#child.kill('SIGKILL'));
    this.#channel.on('data', (chunk: Buffer) => {
      if (this.#why !== undefined || this.#channel.destroyed) return;
      try {
        // It waits for the host's next message, and has nothing to say. One that an attacker controls could flood the app.
        if (this.#holds === 0) throw new OtelWasmError('GUEST_OUTPUT', 'it sent an unexpected message');
        const complete = this.#frames.push(chunk).map(readMessage);
        if (this.#frames.isReadingLargeFrame) freeMemory(chunk);
        for (const message of complete) this.#heard(message);
        if (complete.some(({ kind }) => kind === 'log' || kind === 'output')) this.#rest();
      } catch (error) {
        this.#end(crashed(messageOf(error), error));
      }
    });
  }

  /** Lines are read a chunk at a time, so that the app's event loop gets its turn between them. */
  #rest(): void {
    this.#channel.pause();
    setImmediate(() => this.#channel.resume());
  }

  #heard(message: GuestMessage): void {
    // Nothing above this catches what the app's logger throws.
    if (message.kind === 'log') this.#log(message.level, message.text);
    else if (message.kind === 'output') withoutThrowing(() => this.#output?.[message.stream]?.(message.line));
    else {
      // The memory of a batch serves the chain's other guests as soon as it is answered, and would go to this one.
      if (this.#channel.writableLength > 0) this.#end(crashed('it answered before it had read'));
      this.#onMessage(message);
    }
  }

  #end(why: OtelWasmError): void {
    this.#why ??= why;
    this.terminate();
  }

  /** Ends a child that holds more than its bound, and lets the system take it first when memory is short. */
  #watch(pid: number, maxBytes: number): void {
    try {
      writeFileSync(`/proc/${pid}/oom_score_adj`, '1000');
    } catch {
      return;
    }
    const timer = setInterval(() => {
      const bytes = residentBytes(pid);
      if (bytes <= maxBytes) return;
      this.#end(
        new OtelWasmError(
          'MEMORY_LIMIT',
          `the guest's process uses ${bytes} bytes of memory: at most ${maxBytes} are allowed`,
        ),
      );
    }, LOOK_MILLIS);
    timer.unref();
    void this.exited.then(() => clearInterval(timer));
  }

  #exited(): Promise<OtelWasmError> {
    let said = '';
    const stderr = this.#child.stdio[2] as Readable;
    stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.length > MAX_STDERR_BYTES) stderr.destroy();
    });
    return new Promise(resolve => {
      this.#child.on('error', error => (this.#why ??= crashed(messageOf(error))));
      this.#child.on('exit', () => setTimeout(() => this.terminate(), LAST_WORDS_MILLIS).unref());
      this.#child.on('close', (code, signal) =>
        resolve(
          this.#why ??
            crashed(`${signal ?? `exit code ${code}`} ${printable(said.slice(0, MAX_STDERR_LENGTH))}`),
        ),
      );
    });
  }
}

function crashed(reason: string, cause?: unknown): OtelWasmError {
  return new OtelWasmError('WORKER_CRASHED', `the guest's process ended: ${reason.trim()}`, { cause });
}

/** As Linux tells it, of each process. */
function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}

function pipesOf({ stdio }: ChildProcess): Socket[] {
  return stdio.filter(stream => stream !== null && stream !== undefined) as Socket[];
}
