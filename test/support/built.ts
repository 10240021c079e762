import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** Sees to it that the package is built from the sources as they are, and these example guests too. */
export function built(...guests: string[]): void {
  const index = join(ROOT, 'build/src/index.js');
  if (!existsSync(index) || statSync(index).mtimeMs < newest(join(ROOT, 'src'))) {
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' });
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
