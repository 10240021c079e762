// npm run rules:oracle [-- --update] [--groups filter/,transform/strings]
//
// Builds the Collector's processors as a program (Go), and runs them over the corpus of test/rules: their results are
// what the compiler of rules is held to. --update keeps what they answer. See test/rules/corpus/README.md.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildOracle } from './interopGuests.mjs';
import { findToolchain, TOOLCHAINS } from './interopToolchains.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const toolchain = findToolchain('go', { install: false });
if (toolchain === undefined) {
  console.error(`rules:oracle: ${TOOLCHAINS.go.missing} is missing`);
  process.exit(1);
}
const native = buildOracle(toolchain);

const script = ['--require', 'ts-node/register/transpile-only', 'test/rules/oracle.ts', '--native', native];
const { status } = spawnSync('node', [...script, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);
