import { writeFileSync, writeSync } from 'node:fs';
import type { GuestDescription } from '../../conformance';
import { runReceiver } from '../../testing';
import { CommandError } from '../failure';
import { testGuestOptions } from '../guestOptions';
import { pickSignal } from '../guestRole';
import { formatPayload, refuseOnTerminal, tell } from '../output';
import { formatBytes, formatCount } from '../values';
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
  if (output !== undefined) writeFileSync(output, '');
  const { batches, memoryBytes } = runReceiver(signal, guest.path, {
    ...testGuestOptions(options),
    forMillis: options.for ?? FOR_MILLIS,
    graceMillis: options.timeout,
    onBatch: bytes => {
      const data = formatPayload(signal, bytes, outputFormat);
      if (output !== undefined) writeFileSync(output, data, { flag: 'a' });
      else if (typeof data === 'string') writeSync(STDOUT, data);
      else writeSync(STDOUT, data);
    },
  });
  const items = batches.reduce((sum, { count }) => sum + count, 0);
  if (options.quiet !== true) {
    tell(
      `${formatCount(items)} items in ${formatCount(batches.length)} batches, ${formatBytes(memoryBytes)} of memory`,
    );
  }
}
