import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

describe('the reference of the guest SDK', () => {
  it('is current', function () {
    this.timeout(60_000);
    execFileSync(process.execPath, ['scripts/guest-reference.mjs', '--check'], { cwd: ROOT });
  });
});
