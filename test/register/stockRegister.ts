import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../support/docs';

/** The `NODE_OPTIONS` of the stock setup, and a folder with its packages and this one. */
export interface StockRegister {
  readonly folder: string;
  readonly name: string;
}

let installed: StockRegister | undefined;

/** The register of @opentelemetry/auto-instrumentations-node for the SDK of the tests; installed once per run. */
export function stockRegister(): StockRegister {
  if (installed !== undefined) return installed;
  const folder = mkdtempSync(join(tmpdir(), 'otelwasm-stock-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'package.json'), '{}');
  const packages = ['@opentelemetry/api@1.9', '@opentelemetry/auto-instrumentations-node@0.81'];
  execFileSync('npm', ['install', '--no-audit', '--no-fund', ...packages], { cwd: folder });
  symlinkSync(ROOT, join(folder, 'node_modules/otelwasm'));
  installed = { folder, name: '@opentelemetry/auto-instrumentations-node/register' };
  return installed;
}
