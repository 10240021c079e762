import { Val } from '../val';

/** FNV-1a of 64 bits. */
export function fnv64(text: Val): u64 {
  let hash: u64 = 0xcbf29ce484222325;
  for (let at = text.pointer; at < text.pointer + text.size; at++) hash = (hash ^ load<u8>(at)) * 0x100000001b3;
  return hash;
}
