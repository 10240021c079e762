import assert from 'node:assert/strict';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { openGuest, sampleData } from '../../src/testing';
import { codeBlocksIn, instructionsIn, ExampleFolder, ROOT } from '../support/docs';
import { needs } from './guests';

const DOCUMENT = 'docs/guests.md';

/** What stands for a language's toolchain, what its commands want to find, and what they make. */
const LANGUAGES = {
  Go: {
    built: 'go/slicefilter',
    sources: { 'examples/guests/go': 'examples/guests/go', 'sdk/go': 'sdk/go' },
    makes: ['examples/guests/go/guest.wasm', 'examples/guests/go/mine.wasm'],
  },
  C: {
    built: 'c/filter',
    sources: { 'sdk/c': 'sdk/c' },
    makes: ['guest.wasm'],
  },
  Rust: {
    built: 'rust/filter',
    sources: { 'sdk/rust': 'sdk/rust' },
    makes: ['guest.wasm'],
  },
};

describe(`commands in ${DOCUMENT}`, () => {
  for (const [language, { built, sources, makes }] of Object.entries(LANGUAGES)) {
    it(`${language}: the documented guests build and run`, async function () {
      needs(this, built);
      const folder = new ExampleFolder();
      try {
        for (const [from, to] of Object.entries(sources))
          cpSync(join(ROOT, from), join(folder.path, to), { recursive: true });
        for (const [name, content] of instructionsIn(DOCUMENT).files) folder.write(name, content);
        const path = await pathWithToolchains(folder);
        const commands = codeBlocksIn(DOCUMENT).filter(
          ({ notRunHere }) => notRunHere === `test/interop/docs.test.ts does, with ${language}`,
        );
        assert.ok(commands.length > 0);
        for (const { content } of commands) await folder.run(content, toolchainEnvironment(path), 240_000);
        for (const name of makes) {
          const options = { guestTimeoutMillis: 30_000 };
          const { count } = openGuest('traces', join(folder.path, name), options).consume(
            sampleData('traces', 12),
          );
          assert.equal(count, 12, name);
        }
      } finally {
        folder.remove();
      }
    });
  }
});

/** Go and rustup keep their caches and toolchains at home. */
function toolchainEnvironment(path: string): Record<string, string> {
  return { PATH: path, HOME: process.env.HOME ?? '' };
}

/** The rustc that has the targets first; not AssemblyScript's wasm-opt, which clang would run. */
async function pathWithToolchains(folder: ExampleFolder): Promise<string> {
  const toolchains: string = '../../scripts/interopToolchains.mjs';
  const { TOOLCHAINS } = (await import(toolchains)) as {
    TOOLCHAINS: { rust: { find: () => { rustc: string } | undefined } };
  };
  const rustc = TOOLCHAINS.rust.find()?.rustc;
  const bin = join(folder.path, 'bin');
  mkdirSync(bin);
  if (rustc?.startsWith('/')) symlinkSync(rustc, join(bin, 'rustc'));
  const others = (process.env.PATH ?? '')
    .split(delimiter)
    .filter(entry => !entry.endsWith(join('node_modules', '.bin')));
  return [bin, ...others].join(delimiter);
}
