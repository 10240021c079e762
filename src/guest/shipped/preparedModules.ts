import { basename, join } from 'node:path';
import type { PreparedGuest } from './prepared';

/**
 * The prepared module of a shipped guest, by its name; undefined if there is none. Prepared modules are scripts of
 * the package, as trusted as the code that bounds other modules. A user's module is never treated as prepared. This
 * file is for tests, which run the sources. The build (scripts/bundle.mjs) replaces it by one that names all modules,
 * so that bundlers find them.
 */
export function preparedModule(name: string): PreparedGuest | undefined {
  if (name !== basename(name)) return undefined;
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return require(join(__dirname, '../../../build/src/shipped/prepared', `${name}.js`)) as PreparedGuest;
  } catch {
    return undefined;
  }
}
