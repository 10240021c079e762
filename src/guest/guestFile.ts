import { closeSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { types } from 'node:util';
import { OtelWasmError } from '../abi';
import { readDrops } from '../pushdown';
import { describeStart } from '../wasm';
import {
  compiledRules,
  describeSource,
  type GuestSource,
  guestName,
  isRules,
  notFound,
  readableSource,
} from './load';
import { openModuleSync, readModule } from './moduleFile';

/** A guest whose module will be read and compiled in a worker or process. */
export interface GuestFile {
  /** For messages and metrics: the file's name without `.wasm`, or `guest`. */
  readonly name: string;
  /** For errors while loading: the source as the user gave it. */
  readonly label: string;
  /** The path of its file, or the module's bytes. */
  readonly source: string | Uint8Array<ArrayBuffer>;
  /** The module's bytes, the same each time. Rejects with `GUEST_NOT_FOUND`. */
  readonly bytes: () => Promise<Uint8Array>;
  /** The drop rules of a module that was compiled from rules here. */
  readonly drops?: string;
}

const MAGIC = Uint8Array.of(0, 0x61, 0x73, 0x6d);

/**
 * Finds a guest and reads only its first four bytes: an untrusted module is not parsed in this process. Throws
 * `GUEST_NOT_FOUND`, `GUEST_INVALID` for a file that does not begin like a module, and `INVALID_OPTION` for a
 * compiled module.
 */
export function findGuest(source: GuestSource): GuestFile {
  const label = describeSource(source);
  const named = { name: guestName(label), label };
  const readable = readableSource(source);
  if (types.isUint8Array(readable)) {
    checkMagic(label, readable);
    return { ...named, source: readable, bytes: () => Promise.resolve(readable) };
  }
  if (isRules(readable)) {
    // Compiled here from the user's own rules, so this module is trusted.
    const compiled = compiledRules(readable);
    return {
      ...named,
      source: compiled,
      bytes: () => Promise.resolve(compiled),
      drops: readDrops(compiled),
    };
  }
  checkMagic(label, firstBytes(readable, source));
  // The working directory may change later.
  const path = readable instanceof URL ? fileURLToPath(readable) : resolve(readable);
  let bytes: Promise<Uint8Array> | undefined;
  return {
    ...named,
    source: path,
    bytes: () =>
      (bytes ??= readModule(path).catch((error: unknown) => {
        bytes = undefined;
        throw notFound(source, error);
      })),
  };
}

function firstBytes(path: string | URL, source: GuestSource): Uint8Array {
  const bytes = new Uint8Array(MAGIC.length);
  try {
    const file = openModuleSync(path);
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
  throw new OtelWasmError(
    'GUEST_INVALID',
    `${name}: not a WebAssembly module: it does not begin with the magic number "\\0asm" (${describeStart(bytes)})`,
  );
}
