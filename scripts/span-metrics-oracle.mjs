// npm run span-metrics:oracle [-- --update]
//
// Builds the Collector's spanmetrics connector as a program (Go), and runs it over the cases of test/spanMetrics: its
// reports are what the guest otelwasm:span-metrics is held to. --update keeps fingerprints of what it answers.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findToolchain, run, TOOLCHAINS } from './interopToolchains.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const toolchain = findToolchain('go', { install: false });
if (toolchain === undefined) {
  console.error(`span-metrics:oracle: ${TOOLCHAINS.go.missing} is missing`);
  process.exit(1);
}
const native = resolve('build/span-metrics-oracle');
run(toolchain.go, ['build', '-p', '1', '-o', native, '.'], {
  cwd: resolve('test/spanMetrics/native'),
  stdio: 'inherit',
});

const script = ['--require', 'ts-node/register/transpile-only', 'test/spanMetrics/oracle.ts', native];
const { status } = spawnSync('node', [...script, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);
