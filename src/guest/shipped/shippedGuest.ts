import { messageOf, OtelWasmError } from '../../abi';
import type * as Shipped from '../../shipped';

const PREFIX = 'otelwasm:';

/** Whether a guest is given by the name of one that ships with the package, as `otelwasm:redact`. */
export function isShipped(source: unknown): source is `otelwasm:${string}` {
  return typeof source === 'string' && source.startsWith(PREFIX);
}

export function shippedName(source: string): string {
  return source.slice(PREFIX.length);
}

/** The module of such a guest. Throws `GUEST_NOT_FOUND`, also where the package's file with them cannot be loaded. */
export function readShipped(source: string): Uint8Array<ArrayBuffer> {
  return loadShipped().shippedGuest(shippedName(source));
}

/** By the package's own name, and when it is asked for: not every app needs the texts of all guests. */
function loadShipped(): typeof Shipped {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return require('otelwasm/guests') as typeof Shipped;
  } catch (error) {
    throw new OtelWasmError(
      'GUEST_NOT_FOUND',
      `the guests that ship with otelwasm cannot be loaded here: ${messageOf(error)}; ` +
        'a bundle must contain "otelwasm/guests", or load "otelwasm" at run time',
      { cause: error },
    );
  }
}
