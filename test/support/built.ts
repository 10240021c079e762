import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/**
 * Builds these guests if they are out of date. Throws if the package is out of date, because test processes that build it
 * at the same time would break the build.
 */
export function built(...guests: string[]): void {
  const index = join(ROOT, 'build/src/index.js');
  if (!existsSync(index) || statSync(index).mtimeMs < newest(join(ROOT, 'src'))) {
    throw new Error('build/src is missing or older than src: run `npm run build` first');
  }
  if (guests.length > 0) {
    execFileSync(process.execPath, ['scripts/build-guests.mjs', '--only', guests.join(',')], { cwd: ROOT });
  }
}

function newest(folder: string): number {
  return Math.max(
    ...readdirSync(folder, { recursive: true }).map(name => statSync(join(folder, String(name))).mtimeMs),
  );
}
