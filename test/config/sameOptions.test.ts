import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { readConfigFile } from '../../src/config';
import { CONFIG_SCHEMA } from '../../src/config/schema';
import { resolveGuestOptions } from '../../src/pipeline';

const VALUES = [
  ...[0, 1, -1, 0.5, 100, 2 ** 31, 2 ** 53 - 1, 1e300, true, false, null],
  ...['', 'drop', 'passthrough', 'inline', 'worker', 'process', 'items', 'envelopes', 'a\0b', [], {}, [1]],
];
/** Each value by itself, and in each member of an option that has members. */
const CASES = Object.entries(
  CONFIG_SCHEMA.properties.processors.patternProperties['^wasm(/.+)?$'].properties,
).flatMap(([name, schema]) => [
  ...VALUES.map(value => ({ [name]: value })),
  ...Object.keys('properties' in schema ? schema.properties : {}).flatMap(member =>
    [...VALUES, ['a'], ['a\0b'], { A: 'b' }, { A: 'b\0' }, { A: 1 }].map(value => ({
      [name]: { [member]: value },
    })),
  ),
]);

/** `plugin_config: {}` → `pluginConfig: {}`, without touching what a guest is configured with. */
function inCode(options: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
      name === 'restart' && typeof value === 'object' && value !== null && !Array.isArray(value)
        ? inCode(value as Record<string, unknown>)
        : value,
    ]),
  );
}

/** What refuses the options; undefined when nothing does. */
const refusal = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'INVALID_OPTION', String(error));
    return (error as Error).message;
  }
};

describe('options in code and in the configuration file', () => {
  it('accept the same values; the file reports the line of invalid ones', () => {
    const folder = mkdtempSync(join(tmpdir(), 'otelwasm-'));
    const path = join(folder, 'a.yaml');
    let refused = 0;
    for (const options of CASES.filter(entry => !('path' in entry || 'rules' in entry))) {
      const yaml = stringify({
        processors: { 'wasm/a': { path: 'a.wasm', ...options } },
        service: { pipelines: { traces: { processors: ['wasm/a'] } } },
      });
      writeFileSync(path, yaml);
      const inFile = refusal(() => readConfigFile(path));
      const code = refusal(() => resolveGuestOptions(inCode(options)));
      assert.equal(inFile === undefined, code === undefined, yaml);
      if (inFile === undefined) continue;
      refused++;
      assert.match(inFile, /a\.yaml:\d+: /, yaml);
    }
    assert.ok(refused > CASES.length / 2);
    rmSync(folder, { recursive: true });
  }).timeout(60_000);
});
