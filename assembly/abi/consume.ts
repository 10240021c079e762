/**
 * One walk for all three signals, because their batches have the same shape: resource groups (field 1) contain a
 * resource (1) and scope groups (2), which contain a scope (1) and the items (2). (OTLP TracesData, MetricsData,
 * LogsData.)
 */
import { Signal, setResult } from '../host';
import { collectAfter, scratch } from '../memory';
import { take } from '../protobuf';
import { isConfigured } from './configuration';
import { HEAD, HEAD_TAG, MEMBERS, batchEnd, batchStart, readBatch } from './groups';
import { output } from './output';
import { Item, resource, scope } from '../items';
import { Text } from '../text';
import { fail, failed, takeStatus } from '../host';
import {
  Wire,
  copyBytes,
  fieldBody,
  fieldEnd,
  fieldNumber,
  fieldStart,
  fieldWire,
  readField,
  readVarint,
  skipField,
  varintEnd,
} from '../protobuf';

/** Returns whether to keep what the view shows. */
export type Visit = () => bool;

/**
 * Returns whether to keep a length-delimited field of the batch or of a group that is neither a member nor a resource
 * or scope.
 */
export type VisitField = (content: Text) => bool;

/** Keeps everything: the visitor of parts for which the guest has no function. */
export function keep(): bool {
  return true;
}

/** Called once the batch has its usual form, before the walk. */
export type Prepare = () => void;

/** Called after the walk, with whether the call succeeded. */
export type Finish = (succeeded: bool) => void;

export function nothing(): void {}
export function done(succeeded: bool): void {}

let visitField: VisitField | null = null;

/** Sets the visitor of fields that contain a schema URL or that are newer than this SDK. */
export function visitOtherFields(visit: VisitField): void {
  visitField = visit;
}

let visitItem: Visit = keep;
let visitResource: Visit = keep;
let visitScope: Visit = keep;
let isPrepared: bool = false;

/**
 * Implements the ABI's `consume_*` functions: walks the batch, sets the result if it differs, and returns the status.
 */
export function consume<T extends Item>(
  signal: Signal,
  pointer: usize,
  size: usize,
  item: T,
  onItem: Visit,
  onResource: Visit,
  onScope: Visit,
  prepare: Prepare = nothing,
  finish: Finish = done,
): i32 {
  visitItem = onItem;
  visitResource = onResource;
  visitScope = onScope;
  if (isConfigured() && inMemory(pointer, size)) walkBatch<T>(item, pointer, pointer + size, prepare);
  if (!failed() && output.changed) {
    output.copyTo(batchEnd);
    if (!failed()) setResult(signal, output.pointer, output.length);
  }
  if (isPrepared) finish(!failed());
  isPrepared = false;
  const status = takeStatus();
  collectAfter(size);
  return status;
}

/** False, with the call failed, when the host passed a range outside memory. */
export function inMemory(pointer: usize, size: usize): bool {
  const end = <u64>pointer + <u64>size;
  if (end <= (<u64>memory.size()) << 16) return true;
  fail('the host passed ' + size.toString() + ' bytes at ' + pointer.toString() + ', outside of memory');
  return false;
}

function walkBatch<T extends Item>(item: T, start: usize, end: usize, prepare: Prepare): void {
  scratch.reset();
  readBatch(start, end);
  if (failed()) return;
  isPrepared = true;
  prepare();
  if (failed()) return;
  output.begin(batchStart);
  for (let at = batchStart; readField(at, batchEnd);) {
    at = fieldEnd;
    if (fieldWire != Wire.Bytes) continue;
    if (fieldNumber == 1) walkGroup<T>(item, resource, fieldStart, fieldBody, fieldEnd);
    else walkOther(fieldStart, fieldBody, fieldEnd);
  }
}

/** Walks a resource group or a scope group. False when nothing of it is left. */
function walkGroup<T extends Item>(item: T, head: Item, start: usize, body: usize, end: usize): bool {
  const position = output.positionOf(start);
  bindHead(head, body, end);
  if (!(head === resource ? visitResource() : visitScope())) {
    output.drop(start, end);
    return false;
  }
  let headFrom = position + (body - start);
  let headTo = headFrom;
  let members = 0;
  let kept = 0;
  for (let at = body; !failed() && readField(at, end);) {
    at = fieldEnd;
    if (fieldWire != Wire.Bytes) continue;
    if (fieldNumber == MEMBERS) {
      members++;
      if (
        head === resource
          ? walkGroup<T>(item, scope, fieldStart, fieldBody, fieldEnd)
          : walkItem<T>(item, fieldStart, fieldBody, fieldEnd)
      ) {
        kept++;
      }
    } else if (fieldNumber == HEAD) {
      headFrom = output.positionOf(fieldStart);
      headTo = output.positionOf(fieldEnd);
    } else walkOther(fieldStart, fieldBody, fieldEnd);
  }
  if (failed()) return true;
  if (members > 0 && kept == 0) {
    output.dropFrom(position, start, end);
    return false;
  }
  head.commit();
  if (head.message.edited) {
    output.copyTo(end);
    output.splice(headFrom, headTo, HEAD, head.message);
  }
  const content = position + (body - start);
  if (output.positionOf(end) - content != end - body) {
    output.copyTo(end);
    // The header's first bytes in the output: other bytes may be at their original place by now.
    const header = output.pointer + position;
    if (readVarint(header, header + (body - start)))
      output.patchLength(position + (varintEnd - header), content);
  }
  return true;
}

function walkOther(start: usize, body: usize, end: usize): void {
  const visit = visitField;
  if (visit !== null && !visit(otherContent.bind(body, end - body))) output.drop(start, end);
}

const otherContent = new Text();

/** Shows the group's resource or scope, which may follow its members; an empty one when there is none. */
function bindHead(head: Item, body: usize, end: usize): void {
  const at = findHead(body, end);
  if (at == 0 || !readField(at, end)) return head.bind(0, 0);
  const start = fieldBody;
  const size = fieldEnd - start;
  // While members are visited, bytes may move to where the resource or scope is.
  if (at == body && !output.movesUp(start)) return head.bind(start, start + size);
  const copy = take(size);
  if (copy == 0) return;
  copyBytes(copy, start, size);
  head.bind(copy, copy + size);
}

/** The address of the group's resource or scope; 0 when there is none. */
function findHead(body: usize, end: usize): usize {
  for (let at = body, next: usize = 0; at < end; at = next) {
    if (load<u8>(at) == HEAD_TAG) return at;
    next = skipField(at, end);
    if (next == 0) return 0;
  }
  return 0;
}

function walkItem<T extends Item>(item: T, start: usize, body: usize, end: usize): bool {
  item.bind(body, end);
  if (!visitItem()) {
    output.drop(start, end);
    return false;
  }
  if (!item.touched) return true;
  item.commit();
  if (item.message.edited) {
    if (item.isEmptied) {
      output.drop(start, end);
      return false;
    }
    output.replace(start, end, MEMBERS, item.message);
  }
  return true;
}
