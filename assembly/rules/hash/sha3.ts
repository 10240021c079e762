import { arena } from '../values/arena';
import { Kind, Val } from '../values/val';

/** The rate of SHA3-256 in bytes: 1600 bits minus a capacity of twice 256. */
const RATE: usize = 136;
const ROUNDS: i32 = 24;

/** The round constants of iota (FIPS 202, 3.2.5). */
const CONSTANTS: usize = memory.data<u64>([
  0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b, 0x0000000080000001,
  0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
  0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
  0x000000000000800a, 0x800000008000000a, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
]);

/** The rotation of each lane (rho, FIPS 202, 3.2.2) and its new position (pi, 3.2.3). */
const TURNS: usize = memory.data<u8>([1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44]);
const PLACES: usize = memory.data<u8>([10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1]);

/** SHA3-256 (FIPS 202): 32 bytes. */
export function sha3(text: Val): Val {
  const size = text.size + RATE - (text.size % RATE);
  const data = arena.take(size);
  memory.copy(data, text.pointer, text.size);
  memory.fill(data + text.size, 0, size - text.size);
  store<u8>(data + text.size, 0x06);
  store<u8>(data + size - 1, load<u8>(data + size - 1) | 0x80);
  const state = arena.take(200);
  memory.fill(state, 0, 200);
  for (let block: usize = 0; block < size; block += RATE) {
    for (let i: usize = 0; i < RATE; i += 8) store<u64>(state + i, load<u64>(state + i) ^ load<u64>(data + block + i));
    permute(state);
  }
  return Val.bytes(Kind.Bytes, state, 32);
}

function permute(state: usize): void {
  const parity = arena.take(40);
  for (let round = 0; round < ROUNDS; round++) {
    for (let x: usize = 0; x < 40; x += 8) {
      const column = state + x;
      store<u64>(
        parity + x,
        load<u64>(column) ^ load<u64>(column, 40) ^ load<u64>(column, 80) ^ load<u64>(column, 120) ^ load<u64>(column, 160),
      );
    }
    for (let x: usize = 0; x < 40; x += 8) {
      const mixed = load<u64>(parity + ((x + 32) % 40)) ^ rotl<u64>(load<u64>(parity + ((x + 8) % 40)), 1);
      for (let y: usize = 0; y < 200; y += 40) store<u64>(state + y + x, load<u64>(state + y + x) ^ mixed);
    }
    let lane = load<u64>(state, 8);
    for (let i: usize = 0; i < 24; i++) {
      const place = state + 8 * <usize>load<u8>(PLACES + i);
      const next = load<u64>(place);
      store<u64>(place, rotl<u64>(lane, load<u8>(TURNS + i)));
      lane = next;
    }
    for (let y = state; y < state + 200; y += 40) {
      memory.copy(parity, y, 40);
      for (let x: usize = 0; x < 40; x += 8) {
        store<u64>(y + x, load<u64>(parity + x) ^ (~load<u64>(parity + ((x + 8) % 40)) & load<u64>(parity + ((x + 16) % 40))));
      }
    }
    store<u64>(state, load<u64>(state) ^ load<u64>(CONSTANTS + 8 * round));
  }
}
