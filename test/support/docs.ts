import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { sampleData } from '../../src/testing';

export const ROOT = join(__dirname, '../..');
const GUESTS = join(ROOT, 'build/guests');

/** The commands of a fenced `sh` block, and the line of the document on which it begins. */
export interface ShellBlock {
  readonly line: number;
  readonly commands: string;
}

/** What a document asks its reader to do. */
export interface Instructions {
  readonly blocks: readonly ShellBlock[];
  /** Files that the document shows, by name: fenced blocks under `<!-- file: name -->`. */
  readonly files: ReadonlyMap<string, string>;
}

/** Reads a Markdown document. A block under `<!-- not run here: why -->` is left out. */
export function instructionsIn(path: string): Instructions {
  const lines = readFileSync(path, 'utf8').split('\n');
  const blocks: ShellBlock[] = [];
  const files = new Map<string, string>();
  for (let index = 0; index < lines.length; index++) {
    const [, language] = /^```(\w+)/.exec(lines[index]) ?? [];
    if (language === undefined) continue;
    const end = lines.indexOf('```', index);
    const content = `${lines.slice(index + 1, end).join('\n')}\n`;
    const [, note = '', name = ''] =
      /^<!-- (file|not run here): (.*) -->$/.exec(lines[index - 1] ?? '') ?? [];
    if (note === 'file') files.set(name, content);
    else if (language === 'sh' && note === '') blocks.push({ line: index + 1, commands: content });
    index = end;
  }
  return { blocks, files };
}

/** A folder as a reader of the docs has it: the package installed, the built guests and sample data at hand. */
export class ReadersFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'otelwasm-docs-'));

  constructor(files: ReadonlyMap<string, string> = new Map()) {
    const modules = join(this.path, 'node_modules');
    mkdirSync(join(modules, '.bin'), { recursive: true });
    for (const name of readdirSync(join(ROOT, 'node_modules'))) {
      if (!name.startsWith('.')) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
    }
    symlinkSync(ROOT, join(modules, 'otelwasm'));
    for (const name of readdirSync(join(ROOT, 'node_modules/.bin'))) {
      symlinkSync(join(ROOT, 'node_modules/.bin', name), join(modules, '.bin', name));
    }
    const main = join(ROOT, 'build/src/cli/main.js');
    writeFileSync(join(modules, '.bin/otelwasm'), `#!/bin/sh\nexec node "${main}" "$@"\n`, { mode: 0o755 });
    for (const name of readdirSync(GUESTS)) {
      if (name.endsWith('.wasm')) copyFileSync(join(GUESTS, name), join(this.path, name));
    }
    this.write('traces.json', JSON.stringify(sampleData('traces', 12)));
    this.write('filter.yaml', 'drop: [/healthz]\n');
    for (const [name, content] of files) this.write(name, content);
  }

  write(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.path, name)), { recursive: true });
    writeFileSync(join(this.path, name), content);
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  /** Runs commands in a shell that stops at the first that fails. Rejects with what they printed if one does. */
  async run(
    commands: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<{ stdout: string; stderr: string }> {
    // npx finds the package in node_modules, but takes a second each time to do so.
    const script = commands.replace(/\bnpx (\w+)/g, 'node_modules/.bin/$1');
    return promisify(execFile)('sh', ['-eu', '-c', script], {
      cwd: this.path,
      env: { PATH: process.env.PATH, HOME: this.path, ...environment },
      timeout: 60_000,
    });
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}
