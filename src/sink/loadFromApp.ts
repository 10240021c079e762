import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * Loads an optional package of the SDK from the app's dependencies, or from those of the packages in `through`, which
 * depend on it. Undefined if it is not installed.
 */
export function loadFromApp(name: string, through: readonly string[]): unknown {
  const places = [join(process.cwd(), 'package.json'), process.argv[1]].filter(place => place !== undefined);
  for (const place of places) {
    let require = createRequire(place);
    for (const next of [...through, undefined]) {
      try {
        return require(name) as unknown;
      } catch {
        // Continue with the next package.
      }
      try {
        if (next !== undefined) require = createRequire(require.resolve(next));
      } catch {
        break;
      }
    }
  }
  return undefined;
}
