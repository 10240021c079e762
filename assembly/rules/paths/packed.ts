import { Wire, fieldBody, fieldEnd, readVarint, varint } from 'otelwasm/assembly/protobuf/wire';
import { Access } from '../program/access';
import { Record } from '../records/record';
import { arena } from '../values/arena';
import { decode } from '../values/anyValue';
import { entryEnd, showElement, valueEnd, valueStart } from '../values/entries';
import { RunBuilder } from '../values/runBuilder';
import { failedWith } from '../values/failure';
import { Kind, UNSIGNED, Val } from '../values/val';

/** Decodes a packed field as a list. */
export function unpacked(record: Record, field: u32, access: Access): Val {
  const builder = new RunBuilder();
  if (record.find(field, Wire.Bytes)) {
    const end = fieldEnd;
    for (let at = fieldBody; at < end; ) {
      if (access == Access.PackedVarint) {
        if (!readVarint(at, end)) break;
        builder.element(Val.int(<i64>varint));
        at += varintBytes(at);
      } else {
        builder.element(Val.ofBits(access == Access.PackedDouble ? Kind.Double : Kind.Int, load<u64>(at)));
        at += 8;
      }
    }
  }
  const list = builder.end(Kind.List);
  if (access != Access.PackedDouble) list.bits = UNSIGNED;
  return list;
}

function varintBytes(at: usize): usize {
  let size: usize = 1;
  while (load<u8>(at++) >= 0x80) size++;
  return size;
}

/** Encodes a list of numbers as a packed field. Returns false, with the reason, for any other value. */
export function pack(record: Record, field: u32, access: Access, value: Val): bool {
  if (value.kind != Kind.List) return failedWith('expected a list');
  const wanted = access == Access.PackedDouble ? Kind.Double : Kind.Int;
  const end = value.pointer + value.size;
  // A packed number takes at most ten bytes, and an element of the list takes at least one.
  const packed = arena.take(10 * value.size + 10);
  let to = packed;
  for (let at = value.pointer; showElement(at, end); ) {
    at = entryEnd;
    const element = decode(valueStart, valueEnd);
    if (element.kind != wanted) return failedWith('expected a list of numbers');
    if (access == Access.PackedVarint) {
      let bits = element.bits;
      for (; bits >= 0x80; bits >>= 7) store<u8>(to++, <u8>(bits | 0x80));
      store<u8>(to++, <u8>bits);
    } else {
      store<u64>(to, element.bits);
      to += 8;
    }
  }
  record.putBytes(field, packed, to - packed);
  return true;
}
