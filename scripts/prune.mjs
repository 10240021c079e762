import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const WEEK_MILLIS = 7 * 24 * 3_600_000;

/** Removes what was not used for a week from a folder whose files are named by a hash: their users set the time. */
export function prune(folder) {
  let names = [];
  try {
    names = readdirSync(folder);
  } catch {
    // Nothing was kept yet.
  }
  for (const path of names.map(name => join(folder, name))) {
    const used = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (used < Date.now() - WEEK_MILLIS) rmSync(path, { recursive: true, force: true });
  }
}
