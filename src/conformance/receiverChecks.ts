import { messageOf } from '../abi';
import { type GuestSource } from '../guest';
import { runReceiver } from '../testing';
import { type Check, fail, pass, startGuest, type GuestUnderTest, warn } from './check';

const RUN_MILLIS = 1_500;
const GRACE_MILLIS = 5_000;
const PROMPT_MILLIS = 1_000;

/** The checks of every receiver. `source`: the guest's file. */
export function receiverChecks(source: GuestSource): readonly Check<GuestUnderTest>[] {
  return [
    {
      name: 'start() succeeds',
      section: 'Lifecycle',
      run: subject => {
        startGuest(subject);
        return pass('');
      },
    },
    {
      name: 'emits OTLP and returns when shutdown is requested',
      section: 'Receivers',
      run: ({ signal, pluginConfig, maxMemoryBytes }) => {
        try {
          const { batches, stoppedAfterMillis } = runReceiver(signal, source, {
            ...{ pluginConfig, maxMemoryBytes },
            forMillis: RUN_MILLIS,
            graceMillis: GRACE_MILLIS,
          });
          if (stoppedAfterMillis === undefined)
            return warn('returned before shutdown was requested, which the host counts as a failure');
          const seen = `${batches.length} batches in ${RUN_MILLIS} ms, stopped after ${Math.round(stoppedAfterMillis)} ms`;
          if (batches.length === 0) return warn(`nothing was emitted in ${RUN_MILLIS} ms`);
          return stoppedAfterMillis > PROMPT_MILLIS
            ? warn(`${seen}: call get_shutdown_requested more often`)
            : pass(seen);
        } catch (error) {
          return fail(messageOf(error));
        }
      },
    },
  ];
}
