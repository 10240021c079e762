import { type ConsumerOptions, GUEST_OPTION_NAMES } from '../../pipeline';

/**
 * Options of guests that run synchronously on the app's thread. The default of `guestTimeoutMillis` is 250 here, that
 * of `startTimeoutMillis` 1_000.
 */
export type DirectOptions = Omit<
  ConsumerOptions,
  'isolation' | 'onError' | 'maxPendingBytes' | 'exportTimeoutMillis'
>;

/** Names of {@link DirectOptions}. */
export const DIRECT_OPTION_NAMES: readonly string[] = [
  ...GUEST_OPTION_NAMES.filter(
    name => name !== 'isolation' && name !== 'onError' && name !== 'maxPendingBytes',
  ),
  'meterProvider',
];
