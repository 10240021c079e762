import assert from 'node:assert/strict';
import { compileRules } from '../../src/rules';
import { openGuest } from '../../src/testing';

const HEALTH = { filter: { traces: { span: ['attributes["url.path"] == "/healthz"'] } } };

const BATCH = {
  resourceSpans: [
    {
      scopeSpans: [
        {
          spans: ['/healthz', '/users', '/healthz/live'].map(path => ({
            name: `GET ${path}`,
            attributes: [{ key: 'url.path', value: { stringValue: path } }],
          })),
        },
      ],
    },
  ],
};

describe('compileRules', () => {
  it('makes a guest that drops what a condition is true of', () => {
    for (const naming of ['v1', 'otelwasm'] as const) {
      const guest = openGuest('traces', compileRules(HEALTH, { naming }));
      const { items } = guest.consume(BATCH);
      assert.deepEqual(
        items.map(({ name }) => name),
        ['GET /users', 'GET /healthz/live'],
      );
    }
  });

  it('tells of all faults at once, each at its place', () => {
    const yaml = [
      'processors:',
      '  filter:',
      '    traces:',
      '      span:',
      '        - attribute["x"] == "a" and nme == 1',
      '        - "IsMatsh(name, \\"x\\")"',
    ].join('\n');
    assert.throws(() => compileRules(yaml), {
      code: 'RULES_INVALID',
      message: [
        '5:11: a span has no "attribute"; did you mean "attributes"?',
        '    attribute["x"] == "a" and nme == 1',
        '    ^^^^^^^^^^^^^^',
        '5:37: a span has no "nme"; did you mean "name"?',
        '    attribute["x"] == "a" and nme == 1',
        '                              ^^^',
        '6:12: there is no converter "IsMatsh"; did you mean "IsMatch"?',
        '    IsMatsh(name, "x")',
        '    ^^^^^^^',
      ].join('\n'),
    });
  });
});
