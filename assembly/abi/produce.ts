import { LogLevel, Signal, log, shutdownRequested, sleep, takeFailure, takeStatus } from '../host';
import { Batch } from '../receiver';
import { isConfigured } from './configuration';

/**
 * Implements the ABI's `start_*_receiver` functions: `fill`s a batch, emits it, and sleeps as long as `fill` said,
 * until the host asks for shutdown or `fill` returns less than 0. Between two rounds nothing of the guest is on the
 * stack, so garbage can be collected. With an invalid configuration it returns at once, and the host gets the reason.
 */
export function produce<T extends Batch>(signal: Signal, batch: T, fill: (batch: T) => i64): void {
  if (!isConfigured()) {
    takeStatus();
    return;
  }
  let millis: i64 = 0;
  while (millis >= 0 && !shutdownRequested()) {
    batch.clear();
    millis = fill(batch);
    const failure = takeFailure();
    if (failure === null) batch.emit(signal);
    else log(LogLevel.Error, failure);
    __collect();
    if (millis > 0) sleep(millis);
  }
}
