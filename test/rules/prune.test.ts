import assert from 'node:assert/strict';
import { compileRules } from '../../src/rules';
import { ENGINES } from '../../src/rules/engineText';
import { FUNCTIONS } from '../../src/rules/functions';
import { type EngineParts, PARTS_SECTION } from '../../src/rules/prune';
import { openGuest } from '../../src/testing';
import { ModuleSections } from '../../src/wasm';

const KILOBYTE = 1024;

describe('the pruned engine', () => {
  for (const naming of ['v1', '0.1.0'] as const) {
    it(`lists its parts for every function of the language (${naming})`, () => {
      const engine = new ModuleSections(ENGINES[naming]());
      const { names } = JSON.parse(engine.custom(PARTS_SECTION) ?? '{}') as EngineParts;
      const missing = FUNCTIONS.filter(({ name }) => !names.includes(name)).map(({ name }) => name);
      assert.deepEqual(missing, []);
    });
  }

  it('contains neither unused parts nor the list of parts', () => {
    const health = compileRules({ filter: { traces: { span: ['attributes["url.path"] == "/healthz"'] } } });
    assert.ok(health.length < 130 * KILOBYTE, `${health.length} bytes`);
    assert.equal(new ModuleSections(health).custom(PARTS_SECTION), undefined);
    const more = compileRules({
      transform: { trace_statements: ['set(span.name, ToUpperCase(span.name))'] },
    });
    const { items } = openGuest('traces', more).consume({
      resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'a' }] }] }],
    });
    assert.equal(items[0].name, 'A');
  });

  it('is below 200 KB with 20 regular expressions', () => {
    const statements = Array.from(
      { length: 20 },
      (_, index) => `replace_pattern(span.attributes["k${index}"], "/users/[0-9]+/x${index}", "***")`,
    );
    const wasm = compileRules({ transform: { trace_statements: statements } });
    assert.ok(wasm.length <= 200 * KILOBYTE, `${wasm.length} bytes`);
  });
});
