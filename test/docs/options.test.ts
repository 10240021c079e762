import { ok } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG_SCHEMA } from '../../src/config/schema';
import { CONSUMER_OPTION_NAMES, GUEST_OPTION_NAMES } from '../../src/pipeline/options';

const README = readFileSync(join(__dirname, '../../README.md'), 'utf8');

const snakeCase = (name: string) => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);

describe('every option', () => {
  for (const name of CONSUMER_OPTION_NAMES) {
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
