// Builds the guests of examples/guests in Go, C and Rust, on the SDKs in sdk, into build/guests/<language>.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from './interopToolchains.mjs';

const sources = language => resolve('examples/guests', language);
const sdk = language => resolve('sdk', language);

function output(language) {
  const folder = resolve('build/guests', language);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The names of ABI v1. */
export const GO_V1 = { suffix: '', tags: [] };
const GO_NAMINGS = [GO_V1, { suffix: '-0.1.0', tags: ['-tags=otelwasm_abi_0_1_0'] }];

const allGo = () =>
  readdirSync(sources('go')).filter(name => existsSync(join(sources('go'), name, 'main.go')));

/** Go builds one after the other: each link takes a core and up to a gigabyte. */
export function buildGo({ go }, guests = allGo(), namings = GO_NAMINGS) {
  const folder = output('go');
  const env = { ...process.env, GOOS: 'wasip1', GOARCH: 'wasm' };
  for (const name of guests) {
    for (const { suffix, tags } of namings) {
      const target = join(folder, `${name}${suffix}.wasm`);
      const flags = ['-p', '1', '-buildmode=c-shared', '-ldflags=-s -w', ...tags];
      run(go, ['build', ...flags, '-o', target, `./${name}`], { cwd: sources('go'), env });
    }
  }
  return folder;
}

/** The Collector's own processors as a program, which rules are held to. Returns its path. */
export function buildOracle({ go }) {
  const native = resolve('build/rules-oracle');
  run(go, ['build', '-p', '1', '-o', native, '.'], { cwd: resolve('test/rules/native'), stdio: 'inherit' });
  return native;
}

/** The tests of the SDKs themselves, natively. */
export function testGo({ go }) {
  run(go, ['test', '-p', '1', '-count=1', './...'], { cwd: sdk('go'), stdio: 'inherit' });
}

export function testC({ clang }) {
  const program = resolve('build/sdk-c-test');
  run(clang, ['-Wall', '-Wextra', '-Werror', '-Iinclude', '-o', program, 'test/json_test.c'], {
    cwd: sdk('c'),
  });
  run(program, []);
}

export function testRust({ rustc }) {
  const program = resolve('build/sdk-rust-test');
  run(rustc, ['--edition', '2021', '-D', 'warnings', '--test', '-o', program, 'src/lib.rs'], {
    cwd: sdk('rust'),
  });
  run(program, []);
}

/** The Collector's host behind stdin and stdout, and a small Collector with the components for guests. */
export function buildCollector({ go }) {
  for (const name of ['wazero-host', 'otelcol-wasm'])
    run(go, ['build', '-o', resolve('build', name), `./cmd/${name}`], { cwd: resolve('collector') });
}

export function buildC({ clang }) {
  const folder = output('c');
  const flags =
    '--target=wasm32-wasi -mexec-model=reactor -mbulk-memory -O2 -Wall -Wextra -Wconversion -Werror -Wl,--strip-all,--stack-first'.split(
      ' ',
    );
  const build = (name, source, ...more) =>
    run(
      clang,
      [...flags, '-I', join(sdk('c'), 'include'), ...more, '-o', join(folder, `${name}.wasm`), `${source}.c`],
      { cwd: sources('c') },
    );
  build('filter', 'filter');
  build('filter-0.1.0', 'filter', '-DOTELWASM_ABI_0_1_0');
  build('ticker', 'ticker');
  build('ticker-0.1.0', 'ticker', '-DOTELWASM_ABI_0_1_0');
  return folder;
}

export function buildRust({ rustc, bare, wasi }) {
  const folder = output('rust');
  const flags =
    '--edition 2021 -C opt-level=3 -C target-feature=+bulk-memory -C panic=abort -D warnings'.split(' ');
  const build = (name, source, target, ...features) => {
    const options = [...flags, '--target', target];
    const library = join(folder, 'libotelwasm.rlib');
    run(
      rustc,
      [
        ...options,
        '--crate-name',
        'otelwasm',
        '--crate-type',
        'rlib',
        '-o',
        library,
        ...features,
        'src/lib.rs',
      ],
      { cwd: sdk('rust') },
    );
    const guest = ['--crate-type', 'cdylib', '-C', 'lto=fat', '-C', 'strip=symbols'];
    run(
      rustc,
      [...options, ...guest, '--extern', `otelwasm=${library}`, '-o', join(folder, `${name}.wasm`), source],
      { cwd: sources('rust') },
    );
    rmSync(library);
  };
  build('filter', 'filter.rs', bare);
  build('filter-0.1.0', 'filter.rs', bare, '--cfg', 'feature="abi-0-1-0"');
  build('uptime', 'uptime.rs', wasi);
  build('uptime-0.1.0', 'uptime.rs', wasi, '--cfg', 'feature="abi-0-1-0"');
  return folder;
}
