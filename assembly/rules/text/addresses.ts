import { Val } from '../values/val';

/** The 16 bytes of the last address. An IPv4 address is in the last 4 bytes (RFC 4291, 2.5.5.2). */
export const ADDRESS: usize = memory.data(16);
export let isV4: bool = false;

let at: usize = 0;
let end: usize = 0;

/** Parses an address like Go's net.ParseIP: without zones and without leading zeros. */
export function readAddress(text: Val): bool {
  at = text.pointer;
  end = at + text.size;
  memory.fill(ADDRESS, 0, 16);
  isV4 = false;
  for (let i = at; i < end; i++) {
    const byte = load<u8>(i);
    if (byte == 46) {
      store<u16>(ADDRESS, 0xffff, 10);
      isV4 = true;
      return readV4(12) && at == end;
    }
    if (byte == 58) return readV6();
  }
  return false;
}

function readV4(offset: usize): bool {
  for (let i: usize = 0; i < 4; i++) {
    if (i > 0 && !take(46)) return false;
    const start = at;
    let value: u32 = 0;
    while (at < end && isDigit(load<u8>(at)) && at < start + 3) value = value * 10 + load<u8>(at++) - 48;
    if (at == start || value > 255 || (load<u8>(start) == 48 && at > start + 1)) return false;
    store<u8>(ADDRESS + offset + i, <u8>value);
  }
  return true;
}

function readV6(): bool {
  let size: usize = 0;
  let gap: usize = 16;
  if (end - at >= 2 && load<u16>(at) == 0x3a3a) {
    gap = 0;
    at += 2;
    if (at == end) return true;
  }
  while (size < 16) {
    const start = at;
    let value: u32 = 0;
    while (at < end && hexDigit(load<u8>(at)) >= 0 && at < start + 4) value = (value << 4) | hexDigit(load<u8>(at++));
    if (at == start) return false;
    if (at < end && load<u8>(at) == 46) {
      if ((gap == 16 && size != 12) || size > 12) return false;
      at = start;
      if (!readV4(size)) return false;
      size += 4;
      break;
    }
    store<u16>(ADDRESS + size, bswap<u16>(<u16>value));
    size += 2;
    if (at == end) break;
    if (!take(58) || at == end) return false;
    if (load<u8>(at) == 58) {
      if (gap != 16) return false;
      gap = size;
      if (++at == end) break;
    }
  }
  if (at != end || (size < 16 && gap == 16) || (size == 16 && gap != 16)) return false;
  const missing = 16 - size;
  if (missing > 0) {
    memory.copy(ADDRESS + gap + missing, ADDRESS + gap, size - gap);
    memory.fill(ADDRESS + gap, 0, missing);
  }
  isV4 = load<u64>(ADDRESS) == 0 && load<u32>(ADDRESS, 8) == 0xffff0000;
  return true;
}

function take(byte: u32): bool {
  if (at >= end || load<u8>(at) != byte) return false;
  at++;
  return true;
}

@inline function isDigit(byte: u32): bool {
  return byte >= 48 && byte <= 57;
}

function hexDigit(byte: u32): i32 {
  if (isDigit(byte)) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
