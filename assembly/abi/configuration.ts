import { fail, failed, pluginConfigText, takeFailure } from '../host';
import { Json } from '../json';

/** Reads the guest's configuration. */
export type OnStart = (config: Json) => void;

let onStart: OnStart | null = null;
let isRead: bool = false;
let failure: string | null = null;

/** Sets the function that reads the configuration. Guests without one have no configuration. */
export function configureWith(run: OnStart): void {
  onStart = run;
}

/**
 * True once the guest has read its configuration. The first call that asks reads it: `start`, or the first batch,
 * because Collector hosts call `start` of few guests. If the configuration is unreadable or invalid, that call and
 * all later ones fail: a filter that does not know what to drop must not pass anything.
 */
export function isConfigured(): bool {
  if (!isRead) {
    isRead = true;
    const run = onStart;
    if (run !== null) {
      const config = Json.parse(pluginConfigText(), 'pluginConfig');
      if (!failed()) run(config);
      failure = takeFailure();
    }
  }
  // Like `failed`, without comparing strings.
  if (changetype<usize>(failure) == 0) return true;
  fail(failure!);
  return false;
}
