import { openSync, renameSync, rmSync, writeSync } from 'node:fs';
import type { GuestDescription } from '../../conformance';
import { runReceiver } from '../../testing';
import { CommandError } from '../failure';
import { testGuestOptions } from '../guestOptions';
import { pickSignal } from '../guestRole';
import { formatPayload, refuseOnTerminal, printLine } from '../output';
import { formatBytes, formatCount } from '../values';
import { type Place, placeOf } from '../wholeFiles';
import type { RunOptions } from './runOptions';

const STDOUT = 1;
const FOR_MILLIS = 10_000;

/** Runs a receiver for `--for` and prints what it emits when it does: the guest blocks this thread, so writing does too. */
export function runReceiverCommand(
  guest: GuestDescription,
  input: string | undefined,
  options: RunOptions,
): void {
  const { diff, inputFormat } = options;
  const idle = diff ? '--diff' : (input ?? (inputFormat && '--input-format'));
  if (idle !== undefined)
    throw new CommandError(
      `${guest.path}: ${idle} is for guests that consume; this one is run as a receiver`,
    );
  const signal = pickSignal(guest, 'receiver', options.signal);
  if (signal === undefined)
    throw new CommandError(`${guest.path}: receives several signals: choose one with --signal`);
  const { output, outputFormat = 'jsonl' } = options;
  if (outputFormat === 'protobuf') refuseOnTerminal(output);
  const file = openForWriting(output);
  try {
    const { batches, memoryBytes } = runReceiver(signal, guest.path, {
      ...testGuestOptions(options),
      forMillis: options.for ?? FOR_MILLIS,
      graceMillis: options.timeout,
      onBatch: bytes => file.write(formatPayload(signal, bytes, outputFormat)),
    });
    file.close();
    const items = batches.reduce((sum, { count }) => sum + count, 0);
    if (options.quiet === true) return;
    printLine(
      `${formatCount(items)} items in ${formatCount(batches.length)} batches, ${formatBytes(memoryBytes)} of memory`,
    );
  } finally {
    file.discard();
  }
}

/** As `openOutput`, without waiting. A signal ends the process in the guest: it leaves the temporary file alone behind. */
function openForWriting(path: string | undefined): Record<'close' | 'discard', () => void> & {
  write: (data: string | Uint8Array) => void;
} {
  const { target, temporary, mode }: Partial<Place> = path === undefined ? {} : placeOf(path);
  const to = temporary ?? target;
  const descriptor = to === undefined ? STDOUT : openSync(to, 'w', mode);
  let isOpen = true;
  return {
    write: data => {
      const bytes = Buffer.from(data);
      for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    },
    close: () => {
      isOpen = false;
      if (temporary !== undefined && target !== undefined) renameSync(temporary, target);
    },
    discard: () => {
      if (isOpen && temporary !== undefined) rmSync(temporary, { force: true });
    },
  };
}
