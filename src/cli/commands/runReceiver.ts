import { accessSync, constants, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../../abi';
import type { GuestDescription } from '../../conformance';
import { runReceiver } from '../../testing';
import { CommandError } from '../failure';
import { testGuestOptions } from '../guestOptions';
import { pickSignal } from '../guestRole';
import { formatPayload, refuseOnTerminal, printLine } from '../output';
import { formatBytes, formatCount } from '../values';
import { placeOf, writeWholeFiles } from '../wholeFiles';
import type { RunOptions } from './runOptions';

const STDOUT = 1;
const FOR_MILLIS = 10_000;

/**
 * Runs a receiver for `--for` and prints each batch as it is emitted. The guest blocks this thread, so writing is
 * synchronous too. A file is written after the guest has ended, because until then a signal ends the process at once.
 */
export async function runReceiverCommand(
  guest: GuestDescription,
  input: string | undefined,
  options: RunOptions,
): Promise<void> {
  const { diff, inputFormat } = options;
  const idle = diff ? '--diff' : (input ?? (inputFormat && '--input-format'));
  if (idle !== undefined) throw new CommandError(`${guest.path}: ${idle} does not apply to a receiver`);
  const signal = pickSignal(guest, 'receiver', options.signal);
  if (signal === undefined)
    throw new CommandError(`${guest.path}: receives several signals: choose one with --signal`);
  const { output, outputFormat = 'jsonl' } = options;
  if (outputFormat === 'protobuf') refuseOnTerminal(output);
  const print = printer(output);
  const written: (string | Uint8Array)[] = [];
  const { batches, memoryBytes } = runReceiver(signal, guest.path, {
    ...testGuestOptions(options),
    forMillis: options.for ?? FOR_MILLIS,
    graceMillis: options.timeout,
    onBatch: bytes => {
      const formatted = formatPayload(signal, bytes, outputFormat);
      if (print === undefined) written.push(formatted);
      else print(formatted);
    },
  });
  if (output !== undefined && print === undefined)
    await writeWholeFiles(new Map([[output, Buffer.concat(written.map(data => Buffer.from(data)))]]));
  const items = batches.reduce((sum, { count }) => sum + count, 0);
  if (options.quiet === true) return;
  printLine(
    `${formatCount(items)} items in ${formatCount(batches.length)} batches, ${formatBytes(memoryBytes)} of memory`,
  );
}

/**
 * A synchronous writer for stdout, a device or a named pipe. Undefined for a file, whose folder must exist already.
 */
function printer(path: string | undefined): ((data: string | Uint8Array) => void) | undefined {
  const place = path === undefined ? undefined : placeOf(path);
  if (place?.temporary !== undefined) {
    accessSync(dirname(place.target), constants.W_OK);
    return undefined;
  }
  const descriptor = place === undefined ? STDOUT : openSync(place.target, 'w');
  return data => {
    const bytes = Buffer.from(data);
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    } catch (error) {
      // An error thrown here would become the guest's trap. The reader of a pipe has seen enough, as with `head`.
      if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0);
      printLine(`error: ${path ?? 'stdout'}: cannot be written: ${messageOf(error)}`);
      process.exit(1);
    }
  };
}
