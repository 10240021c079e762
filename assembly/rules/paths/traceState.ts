import { Wire, fieldBody, fieldEnd } from 'otelwasm/assembly/protobuf/wire';
import { Node } from '../program/program';
import { Record } from '../records/record';
import { Builder } from '../values/builder';
import { error, failedWith } from '../values/failure';
import { Kind, Val } from '../values/val';
import { keyOf } from './keys';
import { KEYS } from './pathNode';

/** The whole trace state, or the value of one vendor. */
export function traceState(record: Record, field: u32, path: Node): Val | null {
  const whole = record.find(field, Wire.Bytes) ? Val.text(fieldBody, fieldEnd - fieldBody) : Val.text(0, 0);
  if (path.count == KEYS) return whole;
  const key = keyOf(path, KEYS);
  if (key === null) return null;
  if (key.kind != Kind.Text) return error('the key of a trace state must be a string');
  return member(whole, key) ? Val.text(memberValue, memberEnd - memberValue) : Val.text(0, 0);
}

/** The position of the last member found: `key=value`. */
let memberStart: usize = 0;
let memberValue: usize = 0;
let memberEnd: usize = 0;

function member(whole: Val, key: Val): bool {
  const end = whole.pointer + whole.size;
  for (let at = whole.pointer; at < end; at = memberEnd + 1) {
    while (at < end && (load<u8>(at) == 32 || load<u8>(at) == 9)) at++;
    memberStart = at;
    memberEnd = at;
    while (memberEnd < end && load<u8>(memberEnd) != 44) memberEnd++;
    let equals = at;
    while (equals < memberEnd && load<u8>(equals) != 61) equals++;
    memberValue = equals + 1;
    if (equals - at == key.size && memory.compare(at, key.pointer, key.size) == 0) return true;
  }
  return false;
}

/** Whether a key is valid for a vendor. Writes with other keys are ignored. */
function isVendor(key: Val): bool {
  for (let i: usize = 0; i < key.size; i++) {
    const byte = load<u8>(key.pointer + i);
    const isLetter = byte - 97 < 26;
    if (!isLetter && byte - 48 >= 10 && (i == 0 || (byte != 95 && byte != 45 && byte != 42 && byte != 47 && byte != 64))) return false;
  }
  return key.size > 0;
}

/** Sets the trace state, or the member of one vendor, which moves to the front. */
export function putTraceState(record: Record, field: u32, path: Node, value: Val): bool {
  if (value.kind != Kind.Text) return failedWith('expected a string');
  if (path.count == KEYS) {
    record.putBytes(field, value.pointer, value.size);
    return true;
  }
  const key = keyOf(path, KEYS);
  if (key === null) return false;
  if (!isVendor(key)) return true;
  const whole = record.find(field, Wire.Bytes) ? Val.text(fieldBody, fieldEnd - fieldBody) : Val.text(0, 0);
  const builder = new Builder(whole.size + key.size + value.size + 2);
  builder.value(key);
  builder.byte(61);
  builder.value(value);
  const end = whole.pointer + whole.size;
  const replaces = member(whole, key);
  const from = replaces ? memberStart : end;
  const to = replaces ? min(memberEnd + 1, end) : end;
  if (whole.size - (to - from) > 0) builder.byte(44);
  builder.bytes(whole.pointer, from - whole.pointer);
  builder.bytes(to, end - to);
  if (replaces && to == end && from > whole.pointer) builder.size--;
  record.putBytes(field, builder.pointer, builder.size);
  return true;
}
