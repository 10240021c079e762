import { fail, failed, pluginConfigText, takeFailure } from '../host';
import { Json } from '../json';

/** What the guest makes of its configuration. */
export type OnStart = (config: Json) => void;

let onStart: OnStart | null = null;
let isRead: bool = false;
let failure: string | null = null;

/** Says what reads the configuration. A guest that says nothing has none. */
export function configureWith(run: OnStart): void {
  onStart = run;
}

/**
 * True once the guest has its configuration, which is read by the first call that asks: `start`, or the first batch, for
 * Collector hosts call `start` of few guests. With a configuration that cannot be read or is wrong, that call and all
 * after it fail: nothing passes through a filter that does not know what to drop.
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
  // As `failed` does, without the comparison of strings.
  if (changetype<usize>(failure) == 0) return true;
  fail(failure!);
  return false;
}
