import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

interface NpmLock {
  readonly packages?: Readonly<Record<string, { readonly resolved?: string }>>;
}

const NAME = 'otelwasm';

/**
 * The origin of this package as a dependency: the entry of the project in the current folder, or what npm installed
 * (`npx --package otelwasm.tgz`), or the running checkout. Undefined when it came from a registry.
 * @param root folder of this package
 */
export function originOf(root: string): string | undefined {
  const outside = dirname(dirname(root));
  const isInstalled = dirname(root).endsWith('node_modules');
  return inProject(process.cwd()) ?? (isInstalled ? byNpm(outside) : checkout(root));
}

/** The nearest project above that depends on this package. Paths in it are relative to that project. */
function inProject(folder: string): string | undefined {
  const manifest = readJson<Manifest>(join(folder, 'package.json'));
  const spec = manifest?.devDependencies?.[NAME] ?? manifest?.dependencies?.[NAME];
  if (spec !== undefined) {
    const [, path] = /^(?:file|link|portal):(.*)$/.exec(spec) ?? [];
    return path === undefined ? spec : resolve(folder, path);
  }
  return dirname(folder) === folder ? undefined : inProject(dirname(folder));
}

/** npm's record beside the installed packages. */
function byNpm(outside: string): string | undefined {
  const lock = readJson<NpmLock>(join(outside, 'node_modules/.package-lock.json'));
  const [, path] = /^file:(.*)$/.exec(lock?.packages?.[`node_modules/${NAME}`]?.resolved ?? '') ?? [];
  if (path === undefined) return undefined;
  const found = resolve(outside, path);
  return existsSync(found) ? found : undefined;
}

function checkout(root: string): string | undefined {
  return existsSync(join(root, 'src')) ? root : undefined;
}

function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
