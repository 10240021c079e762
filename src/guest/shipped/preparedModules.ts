import { basename, join } from 'node:path';
import type { PreparedGuest } from './prepared';

/**
 * The prepared module of a guest that ships, by its name; undefined if there is none. Each is a script of the package, as
 * trusted as the code that would bound the module otherwise: what a user gives is never taken as prepared. This is for
 * tests, which run the sources; the build (scripts/bundle.mjs) names all of them, for bundlers to see.
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
