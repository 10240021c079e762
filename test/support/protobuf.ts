/** A protobuf field of wire type 2. @param number up to 15 */
export function field(number: number, content: Uint8Array): Uint8Array {
  const length: number[] = [];
  let rest = content.length;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Uint8Array.from([(number << 3) | 2, ...length, rest]), content]);
}

/** These bytes, repeated. */
export function times(count: number, ...bytes: number[]): Uint8Array {
  return Buffer.alloc(count * bytes.length, Uint8Array.from(bytes));
}
