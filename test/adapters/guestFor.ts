import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Signal } from '../../src';
import { assemble, type GuestFields, guestWith } from '../support/guests';

/** The binary of `test/guests/<name>.wat`, converted from traces to a signal. */
export function guestFor(signal: Signal, name: string): Promise<Uint8Array> {
  const wat = readFileSync(join(__dirname, '../guests', `${name}.wat`), 'utf8');
  return assemble(wat.replaceAll('_traces', `_${signal}`), `${name}.wat`);
}

/** A guest for a signal that accepts every batch, with the given fields replaced. */
export function guestForWith(signal: Signal, fields: Partial<GuestFields>): Promise<Uint8Array> {
  const consume = `(func (export "consume_${signal}") (param i32 i32) (result i32) (i32.const 0))`;
  return guestWith({ consume, ...fields });
}

/** A guest of guests or examples/guests/assemblyscript, by the path of its module. */
export function exampleGuest(name: string): string {
  return join(__dirname, '../../build/guests', `${name}.wasm`);
}
