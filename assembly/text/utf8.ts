/**
 * The UTF-8 bytes of a string. Protobuf allows nothing but valid UTF-8 in a string field, so each half of a surrogate
 * pair that stands alone, as where a string was cut in the middle of a character, becomes U+FFFD.
 */
export function encodeUtf8(value: string): ArrayBuffer {
  return String.UTF8.encode(value, false, String.UTF8.ErrorMode.REPLACE);
}
