import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { messageOf, OtelWasmError, printable } from '../../abi';
import {
  boundedLog,
  type GuestFile,
  type InstanceOptions,
  MAX_RESULT_BYTES,
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
import { frameHead, FrameReader } from './frames';
import { freeMemory } from './freeMemory';
import { readMessage, toFrame } from './readMessage';
import { startChild } from './startChild';

const MEBIBYTE = 2 ** 20;
/** Limit of a message without its bytes. A log line has 8 KB, and up to seven times as many as printable JSON. */
const MAX_HEADER_BYTES = MEBIBYTE / 4;
/** For Node itself, the engine's compiler and a batch in each direction, in addition to the guest's memory. */
const OVERHEAD_BYTES = 768 * MEBIBYTE;
const MEMORY_CHECK_MILLIS = 500;
/** How long remaining output is read after the process has ended. */
const EXIT_GRACE_MILLIS = 1_000;
const PAGE_BYTES = 4_096;
/** Limits of what Node.js or the engine prints at the end: how much is read, and how much of it is reported. */
const MAX_STDERR_BYTES = 65_536;
const MAX_STDERR_LENGTH = 2_000;

/** What each child of a guest is started with. */
export interface ProcessGuest extends Pick<GuestFile, 'bytes' | 'label'> {
  /** The script that the child runs. */
  readonly program: string;
  /** Memory for the children's frames, shared by consecutive children. */
  readonly memory: FrameMemory;
}

/**
 * The host's view of a child process with one instance of a guest. The child gets nothing of the app: no environment,
 * no arguments, no file, no address. SIGKILL ends it, which no guest and no compiler can delay. It ends with the app,
 * even when the app is killed: see `entry.ts`.
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

  /**
   * `onMessage` receives every message except the guest's lines. Throws `START_FAILED` where such processes are
   * unavailable.
   */
  constructor(
    { program, memory, label, bytes }: ProcessGuest,
    options: InstanceOptions,
    onMessage: (message: GuestMessage) => void,
  ) {
    this.#frames = new FrameReader(MAX_HEADER_BYTES, MAX_RESULT_BYTES, memory);
    this.#onMessage = onMessage;
    this.#output = options.output;
    // Bounded here again: a guest that controls the child can bypass the limit there.
    this.#log = boundedLog(options.log);
    this.#deadlines = new Deadlines(options, "the guest's process");
    this.#child = startChild();
    const { stdio, pid } = this.#child;
    this.#channel = stdio[3] as Socket;
    this.exited = this.#exited();
    this.#child.stdin?.end(program);
    this.#listen();
    if (pid !== undefined) this.#limitMemory(pid, options.maxMemoryBytes + OVERHEAD_BYTES);
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

  /**
   * The bytes are not copied: 64 MiB at once would block the event loop. They are written before the answer arrives.
   */
  #write(header: object, bytes?: Uint8Array): void {
    this.#channel.cork();
    this.#channel.write(frameHead(header, bytes?.length ?? 0));
    if (bytes !== undefined) this.#channel.write(bytes);
    this.#channel.uncork();
  }

  /** Remaining output is not read: a process that an attacker controls may have passed its pipes to another one. */
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
    // The process has closed the pipe, so it has ended or is useless.
    this.#channel.on('close', () => this.#child.kill('SIGKILL'));
    this.#channel.on('data', (chunk: Buffer) => {
      if (this.#why !== undefined || this.#channel.destroyed) return;
      try {
        // The child should be waiting for the host's next message. One that an attacker controls could flood the app.
        if (this.#holds === 0) throw new OtelWasmError('GUEST_OUTPUT', 'it sent an unexpected message');
        const complete = this.#frames.push(chunk).map(readMessage);
        if (this.#frames.isReadingLargeFrame) freeMemory(chunk);
        for (const message of complete) this.#receive(message);
        if (complete.some(({ kind }) => kind === 'log' || kind === 'output')) this.#yieldToEventLoop();
      } catch (error) {
        this.#end(crashed(messageOf(error), error));
      }
    });
  }

  /** Processes lines one chunk at a time, so that the app's event loop runs in between. */
  #yieldToEventLoop(): void {
    this.#channel.pause();
    setImmediate(() => this.#channel.resume());
  }

  #receive(message: GuestMessage): void {
    // No caller catches exceptions of the app's logger.
    if (message.kind === 'log') this.#log(message.level, message.text);
    else if (message.kind === 'output') withoutThrowing(() => this.#output?.[message.stream]?.(message.line));
    else {
      // Other guests of the chain reuse the memory of a batch as soon as it is answered. Unwritten bytes would then
      // leak to this child.
      if (this.#channel.writableLength > 0) this.#end(crashed('it answered before it had read the request'));
      this.#onMessage(message);
    }
  }

  #end(why: OtelWasmError): void {
    this.#why ??= why;
    this.terminate();
  }

  /** Ends a child that uses more memory than its limit, and lets the system choose it first when memory is short. */
  #limitMemory(pid: number, maxBytes: number): void {
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
    }, MEMORY_CHECK_MILLIS);
    timer.unref();
    void this.exited.then(() => clearInterval(timer));
  }

  #exited(): Promise<OtelWasmError> {
    let output = '';
    const stderr = this.#child.stdio[2] as Readable;
    stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.length > MAX_STDERR_BYTES) stderr.destroy();
    });
    return new Promise(resolve => {
      this.#child.on('error', error => (this.#why ??= crashed(messageOf(error))));
      this.#child.on('exit', () => setTimeout(() => this.terminate(), EXIT_GRACE_MILLIS).unref());
      this.#child.on('close', (code, signal) =>
        resolve(
          this.#why ??
            crashed(`${signal ?? `exit code ${code}`} ${printable(output.slice(0, MAX_STDERR_LENGTH))}`),
        ),
      );
    });
  }
}

function crashed(reason: string, cause?: unknown): OtelWasmError {
  return new OtelWasmError('WORKER_CRASHED', `the guest's process ended: ${reason.trim()}`, { cause });
}

/** The resident memory of a process, from Linux. */
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
