import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileRules, compileSteps, rulesOf } from '../../src/rules';
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
  it('compiles a guest that drops items that meet a condition', () => {
    for (const naming of ['v1', '0.1.0'] as const) {
      const guest = openGuest('traces', compileRules(HEALTH, { naming }));
      const { items } = guest.consume(BATCH);
      assert.deepEqual(
        items.map(({ name }) => name),
        ['GET /users', 'GET /healthz/live'],
      );
    }
  });

  it('ignores errors by default like the Collector, and rejects the batch under propagate', () => {
    const fails = {
      trace_statements: ['set(span.attributes["x"], ParseJSON(span.name))', 'set(span.name, "set")'],
    };
    const ignoring = openGuest('traces', compileRules({ transform: fails }));
    assert.ok(
      ignoring.consume(BATCH).items.every(({ name, attributes }) => name === 'set' && !('x' in attributes)),
    );
    const refusing = openGuest('traces', compileRules({ transform: { error_mode: 'propagate', ...fails } }));
    assert.throws(() => refusing.consume(BATCH), { code: 'GUEST_STATUS' });
  });

  it('rejects unsupported settings: with their position in a pipeline, batch by batch without one', () => {
    const sampler = { probabilistic_sampler: { sampling_percentage: 50 } };
    const pipelines = { metrics: { processors: ['probabilistic_sampler'] } };
    assert.throws(() => compileRules({ processors: sampler, service: { pipelines } }), {
      code: 'RULES_INVALID',
      message: /^service\.pipelines\.metrics\.processors\[0\]: .*is for traces and logs/,
    });
    const metrics = openGuest('metrics', compileRules(sampler));
    assert.throws(() => metrics.consume({ resourceMetrics: [{}] }), { code: 'GUEST_STATUS' });
    assert.throws(() => compileRules({ redaction: { db_sanitizer: { sql: { enabled: true } } } }), {
      code: 'RULES_INVALID',
      message: 'redaction.db_sanitizer.sql: redaction.db_sanitizer.sql is not supported',
    });
  });

  it("ignores processors that concern the Collector's process, with and without a pipeline", () => {
    const processors = {
      ...{ memory_limiter: { limit_mib: 500 }, batch: null, 'batch/large': { send_batch_size: 9 } },
      filter: { traces: { span: ['name == "GET /healthz"'] } },
    };
    const pipelines = { traces: { processors: ['memory_limiter', 'filter', 'batch', 'batch/large'] } };
    const pasted = { processors, service: { pipelines } };
    const alone = { processors: { filter: processors.filter } };
    assert.deepEqual(compileRules(pasted), compileRules(alone));
    assert.deepEqual(compileRules(processors), compileRules(alone));
  });

  it('reports all errors at once, each with its position', () => {
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

  it('reports which processors can be compiled, and statements of different contexts', () => {
    assert.throws(() => compileRules({ ...HEALTH, k8sattributes: {}, 'transform/names': {} }), {
      code: 'RULES_INVALID',
      message:
        /^k8sattributes: the processor "k8sattributes" cannot be compiled: .* --processors filter,transform\/names$/,
    });
    const metric_statements = [
      'convert_sum_to_gauge() where metric.name == "a"',
      'limit(datapoint.attributes, 9, [])',
    ];
    assert.throws(() => compileRules({ transform: { metric_statements } }), {
      code: 'RULES_INVALID',
      message:
        /belong to "datapoint", which has no convert_sum_to_gauge: put statements of other contexts into separate groups/,
    });
  });
});

describe('rules as a guest', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'otelwasm-rules-')), 'collector.yaml');
  const yaml =
    'processors:\n  filter:\n    traces:\n      span: [\'attributes["url.path"] == "/healthz"\']\n';

  before(() => writeFileSync(file, yaml));

  it('compile wherever a path of a guest is allowed', () => {
    const { items } = openGuest('traces', file).consume(BATCH);
    assert.equal(items.length, 2);
  });

  it('report errors by file, line and column without a stack', () => {
    writeFileSync(file, yaml.replace('attributes', 'atributes'));
    assert.throws(() => openGuest('traces', file), {
      code: 'RULES_INVALID',
      message: new RegExp(`^${file}:4:15: a span has no "atributes"; did you mean "attributes"\\?\n`),
    });
  });

  it('can be read back from the module', () => {
    const rules = rulesOf(compileRules(HEALTH));
    assert.deepEqual(rules, [
      {
        signal: 'traces',
        level: 'item',
        text: HEALTH.filter.traces.span[0],
        processor: 'filter',
        action: 'drop',
      },
    ]);
  });

  it('can be created one by one', () => {
    const statements = ['set(span.name, "a")', 'set(span.attributes["was"], span.name)'];
    const steps = compileSteps({ transform: { trace_statements: statements } }, 'traces');
    assert.deepEqual(
      steps.map(({ rule }) => rule.text),
      statements,
    );
    const [{ name, attributes }] = openGuest('traces', steps[0].wasm).consume(BATCH).items;
    assert.deepEqual([name, Object.keys(attributes)], ['a', ['url.path']]);
  });
});
