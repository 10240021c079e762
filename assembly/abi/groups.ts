/**
 * The usual form of a batch: each group has its resource or scope once, before its members or (as the Collector
 * writes it) after them, and its fields have tags of one byte. Nearly every writer uses this form. Protobuf allows
 * others, which receivers accept: for example, a repeated resource is merged. Such batches are converted to the usual
 * form before the walk.
 */
import { fail } from '../host';
import { Region } from '../memory';
import {
  Wire,
  copyBytes,
  fieldBody,
  fieldEnd,
  fieldNumber,
  fieldStart,
  fieldWire,
  isLongTag,
  putBytesField,
  putBytesHeader,
  readField,
  shortBodyEnd,
  skipField,
} from '../protobuf';

/** A group's resource or scope; its members: scope groups of a resource group, items of a scope group. */
export const HEAD: u32 = 1;
export const MEMBERS: u32 = 2;
const RESOURCE_GROUPS: u32 = 1;

export const HEAD_TAG: u32 = (HEAD << 3) | Wire.Bytes;
const ITEM_TAG: u32 = (MEMBERS << 3) | Wire.Bytes;

/** The level of a group: the batch, its resource groups, their scope groups. */
const BATCH: i32 = 0;
const SCOPE_GROUP: i32 = 2;

/** Space for a tag and a length, which are known only when their content is written. */
const HEADER_BYTES: usize = 6;

const usual = new Region();

/** The batch in its usual form. Usually it is in place. */
export let batchStart: usize = 0;
export let batchEnd: usize = 0;

/** Sets `batchStart` and `batchEnd` to the batch of `[start, end)` in its usual form. */
export function readBatch(start: usize, end: usize): void {
  batchStart = start;
  batchEnd = end;
  if (isUsual(start, end, BATCH)) return;
  // No field becomes longer than it was. Headers have space for the longest form.
  const room = end - start + HEADER_BYTES * 4;
  if (!usual.reserve(room)) return fail('out of memory: cannot allocate a batch of ' + room.toString() + ' bytes');
  batchStart = usual.pointer;
  batchEnd = writeGroup(usual.pointer, start, end, BATCH);
}

/** True for the usual form. Also true for bytes that are not protobuf: the walk reports those. */
function isUsual(start: usize, end: usize, depth: i32): bool {
  let heads = 0;
  for (let at = start, next: usize = 0; at < end; at = next) {
    const tag: u32 = load<u8>(at);
    if (depth == SCOPE_GROUP && tag == ITEM_TAG) {
      // Members are nearly all of the bytes, and need no check here.
      next = shortBodyEnd(at + 1, end);
      if (next != 0) continue;
    }
    next = skipField(at, end);
    if (next == 0) return true;
    if (tag >= 0x80 && isLongTag(at)) return false;
    if (depth != SCOPE_GROUP && tag == ((membersOf(depth) << 3) | Wire.Bytes)) {
      if (!readField(at, next) || !isUsual(fieldBody, fieldEnd, depth + 1)) return false;
    } else if (tag == HEAD_TAG && ++heads > 1) {
      return false;
    }
  }
  return true;
}

function membersOf(depth: i32): u32 {
  return depth == BATCH ? RESOURCE_GROUPS : MEMBERS;
}

/** Writes the fields of a group or the batch, and returns the address after them. */
function writeGroup(at: usize, start: usize, end: usize, depth: i32): usize {
  if (depth != BATCH) at = writeHead(at, start, end);
  for (let field = start; readField(field, end); ) {
    const body = fieldBody;
    field = fieldEnd;
    if (fieldWire == Wire.Bytes && fieldNumber == membersOf(depth)) {
      at = depth == SCOPE_GROUP ? putBytesField(at, MEMBERS, body, field - body) : writeMember(at, body, field, depth);
    } else if (depth == BATCH || fieldWire != Wire.Bytes || fieldNumber != HEAD) {
      copyBytes(at, fieldStart, field - fieldStart);
      at += field - fieldStart;
    }
  }
  return at;
}

function writeMember(at: usize, body: usize, end: usize, depth: i32): usize {
  const content = at + HEADER_BYTES;
  const size = writeGroup(content, body, end, depth + 1) - content;
  const to = putBytesHeader(at, membersOf(depth), size);
  memory.copy(to, content, size);
  return to + size;
}

/** Writes all parts of a group's resource or scope as one message. */
function writeHead(at: usize, start: usize, end: usize): usize {
  let size: usize = 0;
  let count = 0;
  for (let field = start; readField(field, end); field = fieldEnd) {
    if (fieldNumber != HEAD || fieldWire != Wire.Bytes) continue;
    size += fieldEnd - fieldBody;
    count++;
  }
  if (count == 0) return at;
  at = putBytesHeader(at, HEAD, size);
  for (let field = start; readField(field, end); field = fieldEnd) {
    if (fieldNumber != HEAD || fieldWire != Wire.Bytes) continue;
    copyBytes(at, fieldBody, fieldEnd - fieldBody);
    at += fieldEnd - fieldBody;
  }
  return at;
}
