// Finds what builds guests in other languages: by building something, for a tool that is there may lack a target.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

// npm puts node_modules/.bin first, and clang runs whatever wasm-opt it finds: AssemblyScript's, with other features.
process.env.PATH = process.env.PATH.split(delimiter)
  .filter(folder => !folder.endsWith(join('node_modules', '.bin')))
  .join(delimiter);

/** Runs a command and returns its output; throws with what it wrote to stderr. */
export function run(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', ...options });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stderr ?? ''}${stdout ?? ''}`);
  return stdout ?? '';
}

const succeeds = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Each finder returns what the build needs, or undefined. `packages` are Debian's, `missing` is for people. */
export const TOOLCHAINS = {
  go: {
    find: findGo,
    missing: 'Go 1.26 or later',
  },
  c: {
    find: findClang,
    packages: ['clang', 'lld', 'wasi-libc', 'libclang-rt-dev-wasm32'],
    missing: 'clang with lld, wasi-libc and the wasm32 builtins, or a WASI SDK in WASI_SDK_PATH',
  },
  rust: {
    find: findRust,
    packages: ['rustc', 'libstd-rust-dev-wasm32', 'lld'],
    missing: 'a rustc with the targets wasm32-unknown-unknown and wasm32-wasip1',
  },
};

/** Finds a toolchain, installing Debian's packages for it if this may and can be done. */
export function findToolchain(name, { install }) {
  const { find, packages } = TOOLCHAINS[name];
  const found = find();
  if (found !== undefined || packages === undefined || !install) return found;
  if (process.getuid?.() !== 0 || !succeeds('apt-get', ['--version'])) return undefined;
  console.log(`installing ${packages.join(' ')}`);
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: 'ignore' };
  spawnSync('apt-get', ['update'], options);
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], options);
  return find();
}

function findGo() {
  const version = /go1\.(\d+)/.exec(spawnSync('go', ['version'], { encoding: 'utf8' }).stdout ?? '');
  return version !== null && Number(version[1]) >= 26 ? { go: 'go' } : undefined;
}

function findClang() {
  const sdk = process.env.WASI_SDK_PATH;
  const clang = sdk === undefined ? 'clang' : join(sdk, 'bin', 'clang');
  const folder = mkdtempSync(join(tmpdir(), 'otelwasm-'));
  try {
    const source = join(folder, 'probe.c');
    writeFileSync(source, '#include <stdlib.h>\nvoid *f(int n) { return malloc(n); }\n');
    const flags = ['--target=wasm32-wasi', '-mexec-model=reactor', '-o', join(folder, 'probe.wasm')];
    return succeeds(clang, [...flags, source]) ? { clang } : undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Rust's own installer and Debian put theirs side by side, and only one of them may have the wasm targets. */
function findRust() {
  for (const rustc of ['rustc', '/usr/bin/rustc']) {
    const has = target => {
      const { status, stdout } = spawnSync(rustc, ['--print', 'target-libdir', '--target', target], {
        encoding: 'utf8',
      });
      return status === 0 && existsSync(stdout.trim());
    };
    const wasi = ['wasm32-wasip1', 'wasm32-wasi'].find(has);
    if (wasi !== undefined && has('wasm32-unknown-unknown')) {
      return { rustc, bare: 'wasm32-unknown-unknown', wasi };
    }
  }
  return undefined;
}
