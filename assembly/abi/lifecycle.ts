import { takeStatus, wantedTemporality } from '../host';
import { Temporality } from '../items';
import { collectAfter, scratch } from '../memory';
import { Message } from '../protobuf';
import { isConfigured } from './configuration';
import { inMemory } from './consume';

/** The ABI's `start`: passes the configuration to the guest. A refused configuration becomes an error status. */
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

/** The ABI's `consume_*` of a guest that processes the batch as a whole. */
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

/** The extension's `collect_metrics`: the guest returns its metrics with the requested temporality. */
export function collect(onCollect: (temporality: Temporality) => void): i32 {
  scratch.reset();
  const temporality = <Temporality>wantedTemporality();
  if (isConfigured()) onCollect(temporality);
  return end();
}

function end(): i32 {
  const status = takeStatus();
  __collect();
  return status;
}
