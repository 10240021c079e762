import { GuestInstance, type InstanceOptions, type LoadedGuest } from '../guest';
import type { RunningInstance } from './runningInstance';

/**
 * Runs a guest on the calling thread. Throws what the guest's instantiation or `start()` throws, so that a guest that
 * cannot start fails where the adapter is created.
 */
export function startInline(guest: LoadedGuest, options: InstanceOptions): RunningInstance {
  const instance = new GuestInstance(guest, options);
  instance.start();
  return {
    started: Promise.resolve(),
    consume: bytes => Promise.resolve(instance.consume(bytes)),
    shutdown: () => Promise.resolve(instance.shutdown()),
    discard: () => undefined,
    get memoryBytes() {
      return instance.memoryBytes;
    },
  };
}

/**
 * {@link startInline} without throwing: `started` rejects if the guest cannot be loaded or started, as in other
 * isolations.
 */
export function startInlineWithoutThrowing(
  load: () => LoadedGuest,
  options: InstanceOptions,
): RunningInstance {
  try {
    return startInline(load(), options);
  } catch (error) {
    const started = Promise.reject(error);
    started.catch(() => undefined);
    return {
      started,
      consume: () => started,
      shutdown: () => Promise.resolve(undefined),
      discard: () => undefined,
      memoryBytes: 0,
    };
  }
}
