/**
 * One walk over a batch for several passes. It differs from the SDK's walk (../batch.ts) in two ways: it can drop
 * empty groups even if nothing was dropped from them, and it can finish a resource without visiting its items.
 */
import { Message } from 'otelwasm/assembly/protobuf';
import { Output } from 'otelwasm/assembly/abi/output';
import { failed } from 'otelwasm/assembly/host';
import { Wire, fieldBody, fieldEnd, fieldNumber, fieldStart, fieldWire, readField, readVarint, skipField, varintEnd } from 'otelwasm/assembly/protobuf/wire';
import { arena, groupArena } from '../values/arena';
import { mayApply, run } from '../evaluate/blocks';
import { takeMetric, takenEnd, takenStart } from './newMetrics';
import { Block, DROP_EMPTY, List, Pass } from '../program/program';
import { Record } from './record';
import { closeData, item, openData, resource, resourceGroup, scope, scopeGroup } from './state';
import { walkExemplars, walkParts } from './parts';

const HEAD: u32 = 1;
const HEAD_TAG: u32 = (HEAD << 3) | Wire.Bytes;
const MEMBERS: u32 = 2;
const SCHEMA_URL: u32 = 3;

const whole: Message = new Message();
let output: Output = new Output();
let passes: List = changetype<List>(<usize>0);
let firstPass: u32 = 0;
let passCount: u32 = 0;
let dropsEmpty: bool = false;
let hasItems: bool = false;
let hasScopes: bool = false;
let isMetrics: bool = false;

/** Walks the batch for `count` passes. Returns whether it changed; the result is then in `into`. */
export function walk(list: List, first: u32, count: u32, start: usize, end: usize, into: Output, ofMetrics: bool): bool {
  output = into;
  isMetrics = ofMetrics;
  passes = list;
  firstPass = first;
  passCount = count;
  dropsEmpty = hasItems = hasScopes = false;
  for (let i: u32 = 0; i < count; i++) {
    const pass = passAt(i);
    if (pass.flags & DROP_EMPTY) dropsEmpty = true;
    if (pass.item !== null || pass.part !== null || pass.exemplar !== null) hasItems = true;
    if (pass.scope !== null) hasScopes = true;
  }
  groupArena.reset();
  output.begin(start);
  for (let at = start; readField(at, end); ) {
    at = fieldEnd;
    if (fieldNumber == 1 && fieldWire == Wire.Bytes) walkGroup(true, fieldStart, fieldBody, fieldEnd);
    if (failed()) return false;
  }
  if (!output.changed || failed()) return false;
  output.copyTo(end);
  return !failed();
}

@inline function passAt(index: u32): Pass {
  return changetype<Pass>(passes.at(firstPass + index));
}

/** Walks a resource group or a scope group. Returns false if it was dropped. */
function walkGroup(isResource: bool, start: usize, body: usize, end: usize): bool {
  const head = isResource ? resource : scope;
  const group = isResource ? resourceGroup : scopeGroup;
  const position = output.positionOf(start);
  bindHead(head, body, end);
  bindGroup(group, body, end);
  for (let i: u32 = 0; i < passCount; i++) {
    const block = isResource ? passAt(i).resource : passAt(i).scope;
    if (block === null) continue;
    arena.reset();
    if (run(block)) continue;
    output.drop(start, end);
    return false;
  }
  let headFrom = position + (body - start);
  let headTo = headFrom;
  let kept = 0;
  let members = 0;
  const descends = isResource ? hasScopes || hasItems || dropsEmpty : hasItems || dropsEmpty;
  for (let at = body; !failed() && readField(at, end); ) {
    at = fieldEnd;
    if (fieldWire != Wire.Bytes) continue;
    if (fieldNumber == MEMBERS) {
      members++;
      if (!descends) kept++;
      else if (isResource) kept += i32(walkGroup(false, fieldStart, fieldBody, fieldEnd));
      else kept += i32(!hasItems || walkItem(fieldStart, fieldBody, fieldEnd));
    } else if (fieldNumber == HEAD) {
      headFrom = output.positionOf(fieldStart);
      headTo = output.positionOf(fieldEnd);
    }
  }
  if (failed()) return true;
  if (!isResource && isMetrics) kept += walkNewMetrics(end);
  if (failed()) return true;
  if (kept == 0 && dropsEmpty) {
    output.dropFrom(position, start, end);
    return false;
  }
  if (head.isChanged) {
    head.flush();
    output.copyTo(end);
    whole.bind(head.start, head.end);
    output.splice(headFrom, headTo, HEAD, whole);
  }
  if (group.isChanged) replaceSchemaUrl(group, end);
  const content = position + (body - start);
  if (output.positionOf(end) - content != end - body) {
    output.copyTo(end);
    const header = output.pointer + position;
    if (readVarint(header, header + (body - start))) output.patchLength(position + (varintEnd - header), content);
  }
  return true;
}

/** Replaces the schema URL by appending another one: the last one counts. */
function replaceSchemaUrl(group: Record, end: usize): void {
  output.copyTo(end);
  const field = group.startOf(SCHEMA_URL);
  if (field == 0 || !readField(field, group.endOf(SCHEMA_URL))) return;
  whole.bind(fieldBody, fieldEnd);
  output.splice(output.length, output.length, SCHEMA_URL, whole);
}

/** Binds the group's record to its schema URL only, without its resource or scope and its members. */
function bindGroup(group: Record, body: usize, end: usize): void {
  group.bind(0, 0);
  for (let at = body, next: usize = 0; at < end; at = next) {
    next = skipField(at, end);
    if (next == 0) return;
    if (load<u8>(at) != ((SCHEMA_URL << 3) | Wire.Bytes)) continue;
    const copy = groupArena.copy(at, next - at);
    group.bind(copy, copy + (next - at));
  }
}

/** Binds a copy of the group's resource or scope. It may follow its members, and output may overwrite it in place. */
function bindHead(head: Record, body: usize, end: usize): void {
  head.bind(0, 0);
  for (let at = body, next: usize = 0; at < end; at = next) {
    next = skipField(at, end);
    if (next == 0) return;
    if (load<u8>(at) != HEAD_TAG || !readField(at, next)) continue;
    const size = fieldEnd - fieldBody;
    const copy = groupArena.copy(fieldBody, size);
    head.bind(copy, copy + size);
  }
}

/** Walks the metrics that statements added or add meanwhile. Returns the number of kept metrics. */
function walkNewMetrics(end: usize): i32 {
  let kept = 0;
  while (takeMetric()) {
    if (!runItem(takenStart, takenEnd)) continue;
    if (failed()) return kept;
    if (item.isChanged) item.flush();
    output.copyTo(end);
    whole.bind(item.start, item.end);
    output.splice(output.length, output.length, MEMBERS, whole);
    kept++;
  }
  return kept;
}

function walkItem(start: usize, body: usize, end: usize): bool {
  if (!runItem(body, end)) {
    output.drop(start, end);
    return false;
  }
  // A statement may already have encoded it.
  if (!item.isChanged && item.start == body) return true;
  item.flush();
  whole.bind(item.start, item.end);
  output.replace(start, end, MEMBERS, whole);
  return true;
}

/** Whether the item differs from its bytes in the batch. */
@inline function isTouched(body: usize): bool {
  return item.isChanged || item.start != body;
}

/** Runs the passes on an item. Returns false to drop it. */
function runItem(body: usize, end: usize): bool {
  arena.reset();
  item.bind(body, end);
  if (isMetrics) openData();
  for (let i: u32 = 0; i < passCount; i++) {
    const pass = passAt(i);
    const block = pass.item;
    const partBlock = pass.part;
    const exemplarBlock = pass.exemplar;
    if (block !== null && (isTouched(body) || mayApply(block, body, end)) && !run(block)) return false;
    if (partBlock !== null && !walkParts(partBlock, isMetrics)) return false;
    if (exemplarBlock !== null) walkExemplars(exemplarBlock);
  }
  if (isMetrics) closeData();
  return true;
}
