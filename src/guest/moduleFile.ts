import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';

/** The largest known guest, a Collector's, has 53 MB. */
const MAX_MODULE_BYTES = 2 ** 27;

/**
 * Without this flag, opening a named pipe in place of a guest's file would block until something writes to it.
 * Windows has no such flag.
 */
const FLAGS = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/** Opens a guest's file. The caller closes it. Throws if it is not a regular file, or too large for a module. */
export function openModuleSync(path: string | URL): number {
  const file = openSync(path, FLAGS);
  try {
    check(fstatSync(file));
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** Reads a guest's file. Throws like {@link openModuleSync}. */
export function readModuleSync(path: string | URL): Buffer {
  const file = openModuleSync(path);
  try {
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** {@link readModuleSync} without blocking the event loop. */
export async function readModule(path: string): Promise<Buffer> {
  const file = await open(path, FLAGS);
  try {
    check(await file.stat());
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function check(stats: Stats): void {
  if (!stats.isFile()) throw new Error('it is not a file');
  if (stats.size > MAX_MODULE_BYTES)
    throw new Error(`it has ${stats.size} bytes: at most ${MAX_MODULE_BYTES} are allowed`);
}
