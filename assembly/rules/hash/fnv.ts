import { Val } from '../values/val';

/** 64-bit FNV-1a. */
export function fnv64(text: Val): u64 {
  let hash: u64 = 0xcbf29ce484222325;
  for (let at = text.pointer; at < text.pointer + text.size; at++) hash = (hash ^ load<u8>(at)) * 0x100000001b3;
  return hash;
}

/** 32-bit FNV-1a of a 4-byte little-endian seed followed by a text. */
export function fnv32(seed: u32, text: Val): u32 {
  let hash: u32 = 0x811c9dc5;
  for (let i = 0; i < 32; i += 8) hash = (hash ^ ((seed >> i) & 0xff)) * 0x01000193;
  for (let at = text.pointer; at < text.pointer + text.size; at++) hash = (hash ^ load<u8>(at)) * 0x01000193;
  return hash;
}
