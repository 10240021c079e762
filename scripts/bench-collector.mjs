// npm run bench:collector
//
// Builds the Collector's filter and transform processors as guests in Go and as a native program, and runs the cases that
// compare compiled rules with them.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildGo, buildOracle, GO_V1 } from './interopGuests.mjs';
import { findToolchain, TOOLCHAINS } from './interopToolchains.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const toolchain = findToolchain('go', { install: false });
if (toolchain === undefined) {
  console.error(`bench:collector: ${TOOLCHAINS.go.missing} is missing`);
  process.exit(1);
}
buildOracle(toolchain);
buildGo(toolchain, ['filter', 'transform'], [GO_V1]);

const bench = ['--require', './scripts/typescript.cjs', 'benchmarks/run.ts', '--case', 'collector/'];
const { status } = spawnSync('node', bench, { stdio: 'inherit' });
process.exit(status ?? 1);
