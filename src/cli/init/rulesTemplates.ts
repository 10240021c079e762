import type { TemplateValues } from './templates';

/** Path in the new folder → content: rules in a Collector configuration, with their test. */
export const RULES_TEMPLATES: Readonly<Record<string, (values: TemplateValues) => string>> = {
  'package.json': ({ name, otelwasm }) =>
    `${JSON.stringify(
      {
        name,
        version: '0.1.0',
        private: true,
        description: "Rules of a Collector, for OpenTelemetry in an app's own process",
        scripts: {
          build: 'otelwasm compile collector.yaml -o rules.wasm',
          test: 'mocha',
        },
        devDependencies: { '@opentelemetry/api': '^1.9.0', mocha: '^11.8.0', otelwasm },
      },
      null,
      2,
    )}\n`,
  '.gitignore': () => 'node_modules/\nrules.wasm\n',
  'collector.yaml': () => `processors:
  filter:
    error_mode: ignore
    traces:
      span:
        - attributes["url.path"] == "/healthz"
  transform:
    trace_statements:
      - set(span.attributes["team"], "web") where span.kind == SPAN_KIND_SERVER
`,
  'test/rules.test.js': () => `const assert = require('node:assert/strict');
const { join } = require('node:path');
const { openGuest, recordSpans } = require('otelwasm/testing');

const RULES = join(__dirname, '../collector.yaml');

describe('rules', () => {
  it('drop health checks and set the team of other spans', async () => {
    const spans = await recordSpans(tracer => {
      for (const path of ['/healthz', '/orders']) {
        tracer.startSpan('GET', { kind: 1, attributes: { 'url.path': path } }).end();
      }
    });
    const { items } = openGuest('traces', RULES).consume(spans);
    assert.deepEqual(
      items.map(({ attributes }) => attributes),
      [{ 'url.path': '/orders', team: 'web' }],
    );
  });
});
`,
};
