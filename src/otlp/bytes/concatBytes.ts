/**
 * Joins byte arrays. Joined payloads of one signal are a payload again, with the items of all: protobuf merges repeated
 * fields.
 * @returns bytes that share no memory with others
 */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}
