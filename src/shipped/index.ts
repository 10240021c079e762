/**
 * `otelwasm/guests`: the guests that ship with the package.
 * @module
 */
import { type Naming, OtelWasmError } from '../abi';
import { readShippedModule, TABLE } from './modules';
import type { ShippedGuest } from './shippedGuest';

export type { Naming, ShippedGuest };

/** All guests that ship, by name. */
export function shippedGuests(): readonly ShippedGuest[] {
  return TABLE;
}

/**
 * The module of a guest that ships, e.g. to write it to a Collector's folder.
 * @param naming names of its exports and imports; every adapter of this package accepts both. Default `'v1'`
 * @throws OtelWasmError `GUEST_NOT_FOUND` when none has this name
 */
export function shippedGuest(name: string, naming: Naming = 'v1'): Uint8Array<ArrayBuffer> {
  const guest = TABLE.find(each => each.name === name);
  if (guest === undefined || !Object.hasOwn(guest.modules, naming)) {
    const names = TABLE.map(each => each.name).join(', ');
    throw new OtelWasmError(
      'GUEST_NOT_FOUND',
      `no guest "${name}" ships with otelwasm: available are ${names}`,
    );
  }
  // Not a Buffer, whose `subarray` is slow.
  return Uint8Array.from(readShippedModule(name, naming));
}
