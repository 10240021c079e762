/** What the generated entry of a guest (see transform.mjs) builds the ABI's exports from. Not for guests to import. */
import { pluginConfigText } from './host';
import { Json } from './json';
import { failed, takeStatus } from './status';
import { Span } from './span';

export { allocate } from './memory';
export { consume, keep, resource, scope } from './batch';

export const span = new Span();

/** The ABI's `start`: hands the configuration to the guest. Configuration that the guest refuses is a status. */
export function start(onStart: (config: Json) => void): i32 {
  const config = Json.parse(pluginConfigText(), 'pluginConfig');
  if (!failed()) onStart(config);
  return end();
}

/** The ABI's `shutdown`. */
export function shutdown(onShutdown: () => void): i32 {
  onShutdown();
  return end();
}

function end(): i32 {
  const status = takeStatus();
  __collect();
  return status;
}
