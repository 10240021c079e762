import { Text } from 'otelwasm/assembly/text';
import { Builder } from '../values/builder';
import { hmac256, hmac512, md5, sha1, sha3 } from '../hash';
import { toHex } from '../text/hex';
import { patternOf, replaced } from '../text/patterns';
import { Node } from '../program/program';
import { NIL, Val } from '../values/val';

/** The replacement of a masked part. Keep in step with src/rules/processors/redaction.ts. */
export const enum Mask {
  Stars,
  Sha1,
  Sha3,
  Md5,
  HmacSha256,
  HmacSha512,
}

/** Masks all matches of a pattern, or returns the same text if there are none. The key is a constant of the program. */
export function masked(pattern: Node, text: Val, mask: Mask, key: Val): Val {
  // In this mode the key is the stars.
  if (mask == Mask.Stars) return replaced(pattern, text, key, true);
  const compiled = patternOf(pattern);
  if (!compiled.find(new Text().bind(text.pointer, text.size))) return text;
  const builder = new Builder(text.size + 128);
  let from: usize = 0;
  do {
    const start = compiled.matchStart;
    const size = compiled.matchEnd - start;
    builder.bytes(text.pointer + from, start - from);
    builder.value(toHex(hashed(Val.text(text.pointer + start, size), mask, key)));
    from = start + size;
  } while (compiled.findNext());
  builder.bytes(text.pointer + from, text.size - from);
  return builder.text();
}

function hashed(text: Val, mask: Mask, key: Val): Val {
  switch (mask) {
    case Mask.Sha1:
      return sha1(text);
    case Mask.Sha3:
      return sha3(text);
    case Mask.Md5:
      return md5(text);
    case Mask.HmacSha256:
      return hmac256(key, text);
    case Mask.HmacSha512:
      return hmac512(key, text);
    default:
      return NIL;
  }
}
