import { MessageChannel, type MessagePort } from 'node:worker_threads';

let closed: MessagePort | undefined;

/**
 * Gives the memory of `bytes` back to the system at once, where no other array has a part of it: the garbage collector
 * leaves tens of MiB of pieces around before it comes. They are empty then. A message to a closed port takes its buffers
 * along and is dropped.
 */
export function freeMemory({ buffer, byteLength }: Uint8Array): void {
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== byteLength) return;
  if (closed === undefined) {
    closed = new MessageChannel().port1;
    closed.close();
  }
  closed.postMessage(undefined, [buffer]);
}
