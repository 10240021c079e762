// Builds the guests of examples/guests in Go, C and Rust, into build/guests/<language>.
import { mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from './interopToolchains.mjs';

const sources = language => resolve('examples/guests', language);

function output(language) {
  const folder = resolve('build/guests', language);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Go builds one after the other: each link takes a core and up to a gigabyte. */
export function buildGo({ go }) {
  const folder = output('go');
  const env = { ...process.env, GOOS: 'wasip1', GOARCH: 'wasm' };
  for (const name of readdirSync(join(sources('go'), 'guests'))) {
    const target = join(folder, `${name}.wasm`);
    run(go, ['build', '-p', '1', '-buildmode=c-shared', '-ldflags=-s -w', '-o', target, `./guests/${name}`], {
      cwd: sources('go'),
      env,
    });
  }
  return folder;
}

/** The Collector's host behind stdin and stdout. */
export function buildWazeroHost({ go }) {
  const target = resolve('build/wazero-host');
  run(go, ['build', '-p', '1', '-o', target, './cmd/wazero-host'], { cwd: resolve('collector') });
  return target;
}

export function buildC({ clang }) {
  const folder = output('c');
  const flags =
    '--target=wasm32-wasi -mexec-model=reactor -mbulk-memory -O2 -Wall -Wextra -Wconversion -Werror -Wl,--strip-all,--stack-first'.split(
      ' ',
    );
  const build = (name, source, ...more) =>
    run(clang, [...flags, ...more, '-o', join(folder, `${name}.wasm`), `${source}.c`], { cwd: sources('c') });
  build('filter', 'filter');
  build('filter-0.1.0', 'filter', '-DOTELWASM_ABI_0_1_0');
  build('ticker', 'ticker');
  return folder;
}

export function buildRust({ rustc, bare, wasi }) {
  const folder = output('rust');
  const flags =
    '--edition 2021 --crate-type cdylib -C opt-level=3 -C target-feature=+bulk-memory -C lto=fat -C panic=abort -C strip=symbols -D warnings'.split(
      ' ',
    );
  const build = (name, source, target, ...more) =>
    run(rustc, [...flags, ...more, '--target', target, '-o', join(folder, `${name}.wasm`), `${source}.rs`], {
      cwd: sources('rust'),
    });
  build('filter', 'filter', bare);
  build('filter-0.1.0', 'filter', bare, '--cfg', 'otelwasm_abi_0_1_0');
  build('uptime', 'uptime', wasi);
  return folder;
}
