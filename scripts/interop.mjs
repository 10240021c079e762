// npm run test:interop [-- --require go,c,rust] [--no-install]
//
// Builds the guests in Go, C and Rust and the test host on wazero, and runs the tests that need them. A language whose
// toolchain is absent is skipped by name, unless it is required. As root on Debian, missing packages are installed.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildGuests } from './build-guests.mjs';
import { buildHostKit } from './build-host-kit.mjs';
import { buildC, buildCollector, buildGo, buildRust, testC, testGo, testRust } from './interopGuests.mjs';
import { findToolchain, run, TOOLCHAINS } from './interopToolchains.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const { values } = parseArgs({
  options: { require: { type: 'string', default: '' }, 'no-install': { type: 'boolean', default: false } },
});
const required = values.require.split(',').filter(name => name !== '');
const unknown = required.filter(name => !(name in TOOLCHAINS));
if (unknown.length > 0)
  fail(`--require ${unknown.join()}: allowed are ${Object.keys(TOOLCHAINS).join(', ')}`);

const builders = {
  async go(toolchain) {
    buildGo(toolchain);
    buildCollector(toolchain);
    await buildHostKit();
    // The expected results of the Collector's processors are what they answer natively.
    const options = folder => ({ cwd: resolve(folder), stdio: 'inherit' });
    run(toolchain.go, ['test', '-p', '1', '-count=1', './native'], options('examples/guests/go'));
    testGo(toolchain);
    await buildGuests();
    run(toolchain.go, ['test', '-race', '-count=1', './internal/...', './wasm...'], options('collector'));
    // Against the native filter: not under the race detector, which slows Go and not the guest.
    run(toolchain.go, ['test', '-count=1', '-run', 'Costs', './wasmprocessor'], options('collector'));
  },
  c(toolchain) {
    buildC(toolchain);
    testC(toolchain);
  },
  rust(toolchain) {
    buildRust(toolchain);
    testRust(toolchain);
  },
};

for (const name of Object.keys(TOOLCHAINS)) {
  // An earlier run's output must not hide a missing toolchain.
  rmSync(resolve('build/guests', name), { recursive: true, force: true });
  if (name === 'go')
    for (const built of ['wazero-host', 'otelcol-wasm']) rmSync(resolve('build', built), { force: true });
  const toolchain = findToolchain(name, { install: !values['no-install'] });
  if (toolchain === undefined) {
    const text = `${name}: ${TOOLCHAINS[name].missing} is missing`;
    if (required.includes(name)) fail(text);
    console.log(`skipped, ${text}`);
    continue;
  }
  console.time(`built ${name}`);
  await builders[name](toolchain);
  console.timeEnd(`built ${name}`);
}

for (const naming of ['v1', '0.1.0'])
  run('node', ['scripts/build-guests.mjs', '--naming', naming], { stdio: 'inherit' });

// Not the project's .mocharc.json: that one leaves these tests out.
const mocha = ['mocha', '--no-config', '--require', 'ts-node/register/transpile-only', '--extension', 'ts'];
const { status } = spawnSync(
  'npx',
  [...mocha, '--timeout', '300000', '--forbid-only', 'test/interop/**/*.test.ts'],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);

function fail(text) {
  console.error(text);
  process.exit(1);
}
