import { MessageChannel, type MessagePort } from 'node:worker_threads';

let closed: MessagePort | undefined;

/**
 * Returns the memory of `bytes` to the system at once, if no other array uses it. The garbage collector would leave
 * tens of MiB of chunks for a while. The array is empty afterwards. A message to a closed port takes its buffers
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
