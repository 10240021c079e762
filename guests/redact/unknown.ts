/**
 * Fields that OTLP does not define today. A secret in such a field cannot be replaced, because the field's type is
 * unknown, so the whole field is removed.
 */
import { Wire, readVarint, varint } from 'otelwasm/assembly/protobuf';
import { Action } from './action';
import { BY_DEFAULT, IGNORE, LOOK, SECRET_KEY, categoryOfKey, defaultAction } from './config';
import { Counter, count } from './counts';
import { hasDrop, hasSecret } from './search';
import { drop } from './texts';

const MAX_DEPTH: i32 = 16;
const MAX_VARINT_BYTES: usize = 10;

/** True when the field can stay. Otherwise it is counted, and the caller removes it. */
export function keepsUnknown(start: usize, end: usize): bool {
  if (isCleanUnknown(start, end, 0)) return true;
  count(Counter.Unknown);
  return false;
}

/** The same for a field of an item, which is dropped if the action of a match in the field says so. */
export function keepsUnknownOfItem(start: usize, end: usize): bool {
  if (keepsUnknown(start, end)) return true;
  if (!isWithout(true, start, end, 0)) drop();
  return false;
}

export function isCleanUnknown(start: usize, end: usize, depth: i32): bool {
  return isWithout(false, start, end, depth);
}

/**
 * Searches bytes both as a text and as a message whose fields are texts, messages or attributes; for matches that
 * drop the item, or for any.
 */
function isWithout(drops: bool, at: usize, end: usize, depth: i32): bool {
  if (depth > MAX_DEPTH) return drops;
  if (drops ? hasDrop(at, end - at) : hasSecret(at, end - at)) return false;
  let key: usize = 0;
  let keyEnd: usize = 0;
  while (at < end) {
    const tag: u32 = load<u8>(at);
    const body = varintEnd(at, end);
    // Not a message, or not from here on: it was a text.
    if (tag < 8 || body == 0) return true;
    const wire = tag & 7;
    if (wire == Wire.Bytes) {
      const content = varintEnd(body, end);
      if (content == 0 || !readVarint(body, end) || varint > <u64>(end - content)) return true;
      at = content + <usize>varint;
      if (!isWithout(drops, content, at, depth + 1)) return false;
      if (tag >> 3 == 1) {
        key = content;
        keyEnd = at;
      } else if (tag >> 3 == 2 && key != 0 && isSecretKey(drops, key, keyEnd)) return false;
    } else if (wire == Wire.Varint) {
      at = varintEnd(body, end);
      if (at == 0) return true;
    } else if (wire == Wire.Fixed64) at = body + 8;
    else if (wire == Wire.Fixed32) at = body + 4;
    else return true;
  }
  return true;
}

function isSecretKey(drops: bool, start: usize, end: usize): bool {
  const category = categoryOfKey(start, end - start);
  if (!drops) return category != LOOK && category != IGNORE;
  const action = category & ~SECRET_KEY;
  return (action == BY_DEFAULT ? defaultAction : action) == Action.Drop;
}

/** The address after the varint at `at`; 0 when it is truncated. */
function varintEnd(at: usize, end: usize): usize {
  const last = min(end, at + MAX_VARINT_BYTES);
  while (at < last) if (load<u8>(at++) < 0x80) return at;
  return 0;
}
