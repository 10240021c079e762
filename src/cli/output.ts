import { createWriteStream, writeSync } from 'node:fs';
import { once } from 'node:events';
import { messageOf, type Signal } from '../abi';
import { otlpToJson } from '../otlp/json';
import { CommandError } from './failure';
import type { Format } from './input';

/** Where a command writes what it was asked for. */
export interface Output {
  write(data: string | Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** A file, or stdout. */
export function openOutput(path: string | undefined): Output {
  const stream = path === undefined ? process.stdout : createWriteStream(path);
  const failed = once(stream, 'error').then(([error]: unknown[]) => {
    // The reader of a pipe has seen enough, as `head` does.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0);
    throw new CommandError(`${path ?? 'stdout'}: cannot be written: ${messageOf(error)}`, { cause: error });
  });
  failed.catch(() => undefined);
  return {
    write: async data => {
      if (!stream.write(data)) await Promise.race([once(stream, 'drain'), failed]);
    },
    close: async () => {
      if (stream === process.stdout) return;
      stream.end();
      await Promise.race([once(stream, 'finish'), failed]);
    },
  };
}

/** A payload in the form in which the user wants it. */
export function formatPayload(signal: Signal, bytes: Uint8Array, format: Format): string | Uint8Array {
  if (format === 'protobuf') return bytes;
  return `${JSON.stringify(otlpToJson(signal, bytes), null, format === 'json' ? 2 : undefined)}\n`;
}

/** A line for the user beside the output. */
export function tell(line: string): void {
  writeSync(2, `${line}\n`);
}
