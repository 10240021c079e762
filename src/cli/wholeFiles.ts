import { mkdirSync, realpathSync, renameSync, rmSync, statSync, type Stats, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { messageOf } from '../abi';
import { CommandError } from './failure';
import { Interrupt } from './interrupt';

/** Where a file is written before it gets its final name, so that readers never see part of it. */
export interface Place {
  readonly target: string;
  /** In the same folder. Undefined for a device or a named pipe. */
  readonly temporary?: string;
  /** The mode of the file that is replaced. */
  readonly mode?: number;
}

export function placeOf(path: string): Place {
  const before: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  if (before !== undefined && !before.isFile()) return { target: path };
  const target = before === undefined ? path : realpathSync(path);
  return { target, temporary: `${target}.${process.pid}.tmp`, mode: before?.mode };
}

/**
 * Writes files (path → content) and their folders: all of them, or none if one cannot be written. Ctrl-C is delayed
 * until the end. Throws CommandError.
 */
export async function writeWholeFiles(files: ReadonlyMap<string, string | Uint8Array>): Promise<void> {
  const interrupt = new Interrupt();
  try {
    writeAll(files);
    await setImmediate(); // A signal that arrived meanwhile sets the exit status.
  } finally {
    interrupt.done();
  }
}

function writeAll(files: ReadonlyMap<string, string | Uint8Array>): void {
  const made: string[] = [];
  const renames: (() => void)[] = [];
  for (const [path, content] of files) {
    try {
      const folder = mkdirSync(dirname(path), { recursive: true });
      if (folder !== undefined) made.push(folder);
      const { target, temporary, mode } = placeOf(path);
      if (temporary !== undefined) {
        made.push(temporary);
        renames.push(() => renameSync(temporary, target));
      }
      writeFileSync(temporary ?? target, content, { mode });
    } catch (cause) {
      for (const each of made.reverse()) rmSync(each, { recursive: true, force: true });
      throw new CommandError(`${path}: cannot be written: ${messageOf(cause)}`, { cause });
    }
  }
  for (const rename of renames) rename();
}
