import { closeSync, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { types } from 'node:util';
import { OtelWasmError } from '../abi';
import { compiledRules, type GuestSource, guestName, isRules, notFound, readableSource } from './load';
import { isShipped, shippedName } from './shipped';

/** A guest whose module is read and compiled elsewhere. */
export interface GuestFile {
  /** For messages and metrics: the file's name without `.wasm`, or `guest`. */
  readonly name: string;
  /** The module's bytes, the same each time. Rejects with `GUEST_NOT_FOUND`. */
  readonly bytes: () => Promise<Uint8Array>;
}

const MAGIC = Uint8Array.of(0, 0x61, 0x73, 0x6d);

/**
 * Finds a guest, and looks at nothing of it but its first four bytes: an untrusted module is not parsed in this process.
 * Throws `GUEST_NOT_FOUND`, `GUEST_INVALID` for what does not begin as a module does, and `INVALID_OPTION` for a module
 * that comes compiled.
 */
export function findGuest(source: GuestSource): GuestFile {
  const readable = readableSource(source);
  if (types.isUint8Array(readable)) {
    const name = isShipped(source) ? shippedName(source) : 'guest';
    checkMagic(name, readable);
    return { name, bytes: () => Promise.resolve(readable) };
  }
  if (isRules(readable)) {
    // Made here from the user's own rules: this module is no stranger's.
    const compiled = compiledRules(readable);
    return { name: guestName(String(readable)), bytes: () => Promise.resolve(compiled) };
  }
  checkMagic(String(readable), firstBytes(readable, source));
  let bytes: Promise<Uint8Array> | undefined;
  return {
    name: guestName(String(readable)),
    bytes: () =>
      (bytes ??= readFile(readable).catch((error: unknown) => Promise.reject(notFound(source, error)))),
  };
}

function firstBytes(path: string | URL, source: GuestSource): Uint8Array {
  const bytes = new Uint8Array(MAGIC.length);
  try {
    const file = openSync(path, 'r');
    try {
      return bytes.subarray(0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw notFound(source, error);
  }
}

function checkMagic(name: string, bytes: Uint8Array): void {
  if (MAGIC.every((byte, index) => bytes[index] === byte)) return;
  throw new OtelWasmError('GUEST_INVALID', `${name}: it does not begin with the magic number "\\0asm"`);
}
