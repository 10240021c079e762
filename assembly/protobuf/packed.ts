/** Repeated numbers of a message. Writers pack them into one field; readers take them packed, one by one, or both. */
import { Message } from './message';
import {
  Wire,
  bytesFieldSize,
  fieldBody,
  fieldEnd,
  fieldNumber,
  fieldWire,
  putBytesHeader,
  putVarint,
  readField,
  readVarint,
  take,
  varint,
  varintEnd,
  varintSize,
} from './wire';

/** The 64-bit numbers of `bytes` with this field number. */
export function readFixed64s(bytes: Message, number: u32): Array<u64> {
  const values: Array<u64> = [];
  for (let at = bytes.start; readField(at, bytes.end); at = fieldEnd) {
    if (fieldNumber != number || (fieldWire != Wire.Bytes && fieldWire != Wire.Fixed64)) continue;
    for (let value = fieldBody; fieldEnd - value >= 8; value += 8) values.push(load<u64>(value));
  }
  return values;
}

/** The varints of `bytes` with this field number. */
export function readVarints(bytes: Message, number: u32): Array<u64> {
  const values: Array<u64> = [];
  for (let at = bytes.start; readField(at, bytes.end); ) {
    const body = fieldBody;
    const end = (at = fieldEnd);
    if (fieldNumber != number || (fieldWire != Wire.Bytes && fieldWire != Wire.Varint)) continue;
    for (let value = body; value < end && readVarint(value, end); value = varintEnd) values.push(varint);
  }
  return values;
}

/** Replaces the numbers with this field number. */
export function setFixed64s(message: Message, number: u32, values: Array<u64>): void {
  const size = <usize>values.length << 3;
  const at = take(bytesFieldSize(number, size));
  if (at == 0) return;
  let value = putBytesHeader(at, number, size);
  for (let i = 0; i < values.length; i++, value += 8) store<u64>(value, unchecked(values[i]));
  message.setField(number, at, value);
}

/** The size of the numbers as packed varints, in bytes. */
export function varintsSize(values: Array<u64>): usize {
  let size: usize = 0;
  for (let i = 0; i < values.length; i++) size += varintSize(unchecked(values[i]));
  return size;
}

/** Writes the numbers as packed varints and returns the address after them. */
export function putVarints(at: usize, values: Array<u64>): usize {
  for (let i = 0; i < values.length; i++) at = putVarint(at, unchecked(values[i]));
  return at;
}
