/**
 * The UTF-8 bytes of a string. Protobuf requires valid UTF-8 in string fields. So each unpaired half of a surrogate
 * pair becomes U+FFFD, e.g. where a string was cut inside a character.
 */
export function encodeUtf8(value: string): ArrayBuffer {
  return String.UTF8.encode(value, false, String.UTF8.ErrorMode.REPLACE);
}
