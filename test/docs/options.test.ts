import { ok } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as surface from '../../src';
import { CONFIG_SCHEMA } from '../../src/config/schema';
import { CONSUMER_OPTION_NAMES, GUEST_OPTION_NAMES } from '../../src/pipeline/options';

const README = readFileSync(join(__dirname, '../../README.md'), 'utf8');

const snakeCase = (name: string) => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);

/** Of all classes of the public surface, as each says itself when it refuses an option. */
function allowedOptions(): ReadonlySet<string> {
  const names = new Set<string>(CONSUMER_OPTION_NAMES);
  for (const make of Object.values(surface)) {
    if (typeof make !== 'function' || !make.name.startsWith('Wasm')) continue;
    try {
      new (make as new (guest: string, options: object) => unknown)('x.wasm', { noOption: true });
    } catch (error) {
      const [, allowed] = /"noOption" does not exist: allowed are (.*)$/.exec((error as Error).message) ?? [];
      ok(allowed, `${make.name}: ${(error as Error).message}`);
      for (const name of allowed.split(/, /)) names.add(name);
      continue;
    }
    ok(false, `${make.name} takes any option`);
  }
  return names;
}

describe('every option', () => {
  for (const name of allowedOptions()) {
    it(`${name} is in the table of the README`, () => {
      ok(new RegExp(`^\\|.*\`${name}\`.*\\|`, 'm').test(README));
    });
  }
  for (const name of GUEST_OPTION_NAMES) {
    it(`${name} of a guest is in the schema of the configuration file`, () => {
      ok(snakeCase(name) in CONFIG_SCHEMA.properties.processors.patternProperties['^wasm(/.+)?$'].properties);
    });
  }
});
