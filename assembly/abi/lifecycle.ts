import { takeStatus } from '../host';
import { collectAfter, scratch } from '../memory';
import { Message } from '../protobuf';
import { isConfigured } from './configuration';
import { inMemory } from './consume';

/** The ABI's `start`: hands the configuration to the guest. Configuration that the guest refuses is a status. */
export function start(): i32 {
  isConfigured();
  return end();
}

/** The ABI's `shutdown`. */
export function shutdown(onShutdown: () => void): i32 {
  onShutdown();
  return end();
}

const batch = new Message();

/** The ABI's `consume_*` of a guest that wants the batch as a whole. */
export function consumeWhole(pointer: usize, size: usize, onBatch: (batch: Message) => void): i32 {
  scratch.reset();
  if (isConfigured() && inMemory(pointer, size)) {
    batch.bind(pointer, pointer + size);
    onBatch(batch);
  }
  const status = takeStatus();
  collectAfter(size);
  return status;
}

function end(): i32 {
  const status = takeStatus();
  __collect();
  return status;
}
