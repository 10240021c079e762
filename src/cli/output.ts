import { createWriteStream, openSync, renameSync, rmSync, type WriteStream, writeSync } from 'node:fs';
import { once } from 'node:events';
import { messageOf, type Signal } from '../abi';
import { otlpToJson } from '../otlp/json';
import { CommandError } from './failure';
import type { Format } from './input';
import { type Place, placeOf } from './wholeFiles';

/** The destination of a command's output. */
export interface Output {
  write(data: string | Uint8Array): Promise<void>;
  /** Completes the output. Only now does the file get its name, so that no reader sees half of it. */
  close(): Promise<void>;
  /** Removes a partly written file. Does nothing after `close`. */
  discard(): void;
}

/** A file, or stdout. */
export function openOutput(path: string | undefined): Output {
  const notWritten = (cause: unknown): CommandError =>
    new CommandError(`${path ?? 'stdout'}: cannot be written: ${messageOf(cause)}`, { cause });
  const { target, temporary, mode }: Partial<Place> = path === undefined ? {} : placeOf(path);
  let stream: NodeJS.WriteStream | WriteStream = process.stdout;
  try {
    if (target !== undefined)
      stream = createWriteStream(target, { fd: openSync(temporary ?? target, 'w', mode) });
  } catch (error) {
    throw notWritten(error);
  }
  const failed = once(stream, 'error').then(([error]: unknown[]) => {
    // The reader of a pipe has seen enough, as with `head`.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0);
    throw notWritten(error);
  });
  failed.catch(() => undefined);
  // `once` also rejects on an error, but without the path.
  const reached = (event: string): Promise<unknown> => once(stream, event).catch(() => failed);
  let isOpen = true;
  return {
    write: async data => {
      if (typeof data !== 'string') refuseOnTerminal(path);
      if (!stream.write(data)) await reached('drain');
    },
    close: async () => {
      if (stream === process.stdout || !isOpen) return;
      stream.end();
      await reached('finish');
      isOpen = false;
      if (temporary !== undefined && target !== undefined) renameSync(temporary, target);
    },
    discard: () => {
      if (!isOpen || temporary === undefined) return;
      isOpen = false;
      stream.destroy();
      rmSync(temporary, { force: true });
    },
  };
}

/** Throws CommandError if bytes would go to a terminal, which could interpret some of them as commands. */
export function refuseOnTerminal(path: string | undefined): void {
  if (path === undefined && process.stdout.isTTY)
    throw new CommandError(
      'protobuf is not printed to a terminal: add --output FILE, or --output-format json',
    );
}

/** A payload in the requested format. */
export function formatPayload(signal: Signal, bytes: Uint8Array, format: Format): string | Uint8Array {
  if (format === 'protobuf') return bytes;
  return `${JSON.stringify(otlpToJson(signal, bytes), null, format === 'json' ? 2 : undefined)}\n`;
}

/** Prints a line for the user, separate from the output. */
export function printLine(line: string): void {
  writeSync(2, `${line}\n`);
}
