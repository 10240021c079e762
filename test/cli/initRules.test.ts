import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { RULES_TEMPLATES } from '../../src/cli/init';

const ROOT = resolve(__dirname, '../..');

describe('otelwasm init --rules', () => {
  it('creates rules whose test passes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'otelwasm-rules-'));
    try {
      for (const [path, template] of Object.entries(RULES_TEMPLATES)) {
        mkdirSync(join(folder, dirname(path)), { recursive: true });
        writeFileSync(join(folder, path), template({ name: 'my-rules', otelwasm: '*' }));
      }
      mkdirSync(join(folder, 'node_modules'));
      symlinkSync(ROOT, join(folder, 'node_modules/otelwasm'), 'junction');
      execFileSync(process.execPath, [join(ROOT, 'node_modules/mocha/bin/mocha.js')], {
        cwd: folder,
        stdio: 'pipe',
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
