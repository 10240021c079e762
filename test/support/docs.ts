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
import { MODULES, NODE, PACKAGE } from './appUnderTest';

export const ROOT = join(__dirname, '../..');
const GUESTS = join(ROOT, 'build/guests');

/** A fenced block of a Markdown document. */
export interface CodeBlock {
  /** Line of the document on which it begins, from 1 on. */
  readonly line: number;
  readonly language: string;
  readonly content: string;
  /** The file name for the block, from the `<!-- file: name -->` above it. */
  readonly file?: string;
  /** Why `npm test` does not run it, and which check does, from `<!-- not run here: why -->`. */
  readonly notRunHere?: string;
}

/** The commands and files of a document. */
export interface Instructions {
  /** Commands in order, without those that are not run here. */
  readonly commands: readonly CodeBlock[];
  /** Files that the reader saves, by name. */
  readonly files: ReadonlyMap<string, string>;
}

const NOT_OURS = ['node_modules', 'build', 'api'];

/** Every Markdown document of the project, by its path from the root. */
export function documents(folder = ''): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return NOT_OURS.includes(entry.name) || entry.name.startsWith('.') ? [] : documents(path);
    return entry.isFile() && path.endsWith('.md') ? [path] : [];
  });
}

/** The fenced blocks of a document; `path` from the root. Throws for an unclosed block. */
export function codeBlocksIn(path: string): readonly CodeBlock[] {
  const lines = readFileSync(join(ROOT, path), 'utf8').split('\n');
  const blocks: CodeBlock[] = [];
  for (let index = 0; index < lines.length; index++) {
    const [, language] = /^\s*```(.*)$/.exec(lines[index]) ?? [];
    if (language === undefined) continue;
    const end = lines.findIndex((line, at) => at > index && /^\s*```$/.test(line));
    if (end < 0) throw new Error(`${path}:${index + 1}: the block is never closed`);
    const [, kind, text] = /^<!-- (file|not run here): (.*) -->$/.exec(lines[index - 1] ?? '') ?? [];
    blocks.push({
      line: index + 1,
      language,
      content: `${lines.slice(index + 1, end).join('\n')}\n`,
      ...(kind === 'file' && { file: text }),
      ...(kind === 'not run here' && { notRunHere: text }),
    });
    index = end;
  }
  return blocks;
}

/** The commands and files of a document; `path` from the root. */
export function instructionsIn(path: string): Instructions {
  const blocks = codeBlocksIn(path);
  return {
    commands: blocks.filter(({ language, notRunHere }) => language === 'sh' && notRunHere === undefined),
    files: new Map(blocks.flatMap(({ file, content }) => (file === undefined ? [] : [[file, content]]))),
  };
}

/** A folder in which the commands of the docs run: with the package, the built guests and sample data. */
export class ExampleFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'otelwasm-docs-'));

  constructor(files: ReadonlyMap<string, string> = new Map()) {
    const modules = join(this.path, 'node_modules');
    mkdirSync(join(modules, '.bin'), { recursive: true });
    for (const name of readdirSync(MODULES)) {
      if (!name.startsWith('.') && name !== 'otelwasm') symlinkSync(join(MODULES, name), join(modules, name));
    }
    symlinkSync(PACKAGE, join(modules, 'otelwasm'));
    for (const name of readdirSync(join(ROOT, 'node_modules/.bin'))) {
      symlinkSync(join(ROOT, 'node_modules/.bin', name), join(modules, '.bin', name));
    }
    const main = join(PACKAGE, 'build/src/cli/main.js');
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

  /** Runs commands in a shell that stops at the first failure. Rejects with their output if one fails. */
  async run(
    commands: string,
    environment: Readonly<Record<string, string>> = {},
    timeoutMillis = 60_000,
  ): Promise<{ stdout: string; stderr: string }> {
    // npx finds the package in node_modules, but takes a second each time to do so.
    const script = commands.replace(/\bnpx (\w+)/g, 'node_modules/.bin/$1');
    return promisify(execFile)('sh', ['-eu', '-c', script], {
      cwd: this.path,
      env: { PATH: `${dirname(NODE)}:${process.env.PATH}`, HOME: this.path, ...environment },
      timeout: timeoutMillis,
    });
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}
