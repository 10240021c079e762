import { setImmediate } from 'node:timers/promises';

/** Bytes that are copied before yielding to the event loop: some 3 ms, mostly for allocating memory. */
const BYTES_A_TURN = 2 ** 22;

/**
 * Joins byte arrays. Joined payloads of one signal are again a payload, with the items of all, because protobuf
 * merges repeated fields.
 * @returns bytes that share no memory with others
 */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = room(parts);
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}

/** {@link concatBytes} in steps: 64 MiB at once would block the event loop. The parts must not change meanwhile. */
export async function concatInTurns(parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const bytes = room(parts);
  let [position, turn] = [0, BYTES_A_TURN];
  for (const part of parts) {
    for (let from = 0; from < part.length;) {
      if (position === turn) {
        await setImmediate();
        turn += BYTES_A_TURN;
      }
      const piece = part.subarray(from, from + turn - position);
      bytes.set(piece, position);
      position += piece.length;
      from += piece.length;
    }
  }
  return bytes;
}

function room(parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}
