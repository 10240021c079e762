import { existsSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { CommandError } from '../failure';

const VERSION = String.raw`(?:[~^=v]|[<>]=?)?\s*(?:\d+|[xX*])(?:\.(?:\d+|[xX*])){0,2}(?:[-+][\w.+-]+)?`;
/** A version, or a version range of npm: `^0.1.0`, `>=1 <3`, `1.x || 2.x`. */
const RANGE = new RegExp(String.raw`^${VERSION}(?:(?:\s+|\s*\|\|\s*|\s+-\s+)${VERSION})*$`);
const URL_OR_ALIAS = /^(https?|git|ssh|git\+\w+|npm|workspace):\S+$/;
const LOOKS_LIKE_PATH = /^(file:|\.{0,2}\/|~\/)|\.(tgz|tar\.gz)$/;

/**
 * The dependency on this package for a new package in `root`. Versions, ranges and URLs stay as they are. A path of a
 * tarball or folder, relative to the current folder, becomes relative to `root`. Throws CommandError for anything
 * else: npm would report it much later.
 */
export function dependencyOn(spec: string, root: string): string {
  if (RANGE.test(spec) || spec === 'latest' || URL_OR_ALIAS.test(spec)) return spec;
  const path = resolve(spec.replace(/^file:/, ''));
  if (spec.trim() !== '' && isPackage(path)) return `file:${relative(root, path)}`;
  const problem = LOOKS_LIKE_PATH.test(spec)
    ? 'no such tarball, and no such folder with a package.json'
    : 'allowed is a version like ^0.1.0, latest, the path of a tarball or folder, or a URL';
  throw new CommandError(`--otelwasm ${JSON.stringify(spec)}: ${problem}`);
}

function isPackage(path: string): boolean {
  if (!existsSync(path)) return false;
  if (statSync(path).isDirectory()) return existsSync(join(path, 'package.json'));
  return /\.(tgz|tar\.gz)$/.test(path);
}
