import { LogLevel, Signal, log, shutdownRequested, sleep, takeFailure, takeStatus } from '../host';
import { Batch } from '../receiver';
import { isConfigured } from './configuration';

/**
 * What the ABI's `start_*_receiver` functions do: `fill` a batch, hand it over, sleep as long as `fill` said, until the
 * host asks for shutdown or `fill` answers less than 0. Nothing of the guest is on the stack between two rounds: that is
 * when garbage can be collected. With a wrong configuration it returns at once, the reason told.
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
