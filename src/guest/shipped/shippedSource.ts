import { messageOf, OtelWasmError } from '../../abi';
import type * as Shipped from '../../shipped';

const PREFIX = 'otelwasm:';

/** Whether the source names a guest that ships with the package, like `otelwasm:redact`. */
export function isShipped(source: unknown): source is `otelwasm:${string}` {
  return typeof source === 'string' && source.startsWith(PREFIX);
}

export function shippedName(source: string): string {
  return source.slice(PREFIX.length);
}

/**
 * The module of such a guest. Throws `GUEST_NOT_FOUND`, also where the package's file with the guests cannot be
 * loaded.
 */
export function readShipped(source: string): Uint8Array<ArrayBuffer> {
  return loadShipped().shippedGuest(shippedName(source));
}

/** Loaded by the package's own name and on demand: not every app needs all shipped guests. */
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
