/** The values that are inserted into a template. */
export interface TemplateValues {
  /** Name of the npm package. */
  readonly name: string;
  /** Version, path or URL by which the new package depends on this one. */
  readonly otelwasm: string;
}

const BUILD = 'asc guest/index.ts --config asconfig.json --target release';

/** Path in the new folder → content: an AssemblyScript guest that drops spans, with its build and its test. */
export const TEMPLATES: Readonly<Record<string, (values: TemplateValues) => string>> = {
  'package.json': ({ name, otelwasm }) =>
    `${JSON.stringify(
      {
        name,
        version: '0.1.0',
        private: true,
        description: 'An OpenTelemetry processor as a WebAssembly guest (otelwasm ABI v1)',
        scripts: {
          build: BUILD,
          // Not as "pretest", which Yarn does not run.
          test: `${BUILD} && mocha`,
        },
        devDependencies: {
          '@opentelemetry/api': '^1.9.0',
          assemblyscript: '^0.28.20',
          mocha: '^11.8.0',
          otelwasm,
        },
      },
      null,
      2,
    )}\n`,
  'asconfig.json': () =>
    `${JSON.stringify(
      {
        extends: './node_modules/otelwasm/assembly/asconfig.json',
        // Includes function names and a source map, for error messages. They cost some KB and no time.
        targets: { release: { outFile: 'build/guest.wasm', debug: true, sourceMap: true } },
      },
      null,
      2,
    )}\n`,
  'tsconfig.json': () =>
    `${JSON.stringify({ extends: 'assemblyscript/std/assembly.json', include: ['guest'] }, null, 2)}\n`,
  // The AssemblyScript compiler looks for packages in node_modules. npm, pnpm and Yarn classic ignore this file.
  '.yarnrc.yml': () => 'nodeLinker: node-modules\n',
  '.gitignore': () => 'node_modules/\nbuild/\n',
  'guest/index.ts': () => `import { Json, Span } from 'otelwasm/assembly';

let paths: string[] = [];

/** Called once, with the plugin configuration: { "drop": ["/healthz"] } */
export function onStart(config: Json): void {
  config.only(['drop']);
  paths = config.get('drop').strings();
}

/** Called for each span. Return false to drop it; set or remove attributes to change it. */
export function onSpan(span: Span): bool {
  const path = span.attributes.text('url.path');
  for (let i = 0; i < paths.length; i++) {
    if (path.is(paths[i])) return false;
  }
  span.attributes.delete('user.email');
  return true;
}
`,
  'test/guest.test.js': () => `const assert = require('node:assert/strict');
const { join } = require('node:path');
const { openGuest, recordSpans } = require('otelwasm/testing');
const sample = require('./sample.json');

const GUEST = join(__dirname, '../build/guest.wasm');

describe('the guest', () => {
  it('drops spans of the paths in its configuration', () => {
    const guest = openGuest('traces', GUEST, { pluginConfig: { drop: ['/healthz'] } });
    const { items } = guest.consume(sample);
    assert.ok(items.length > 0);
    assert.ok(items.every(span => span.attributes['url.path'] !== '/healthz'));
  });

  it('removes e-mail addresses', async () => {
    const guest = openGuest('traces', GUEST);
    const spans = await recordSpans(tracer => {
      tracer.startSpan('GET /', { attributes: { 'user.email': 'a@example.com', 'url.path': '/' } }).end();
    });
    assert.deepEqual(guest.consume(spans).items[0].attributes, { 'url.path': '/' });
  });

  it('refuses a configuration that it does not know', () => {
    assert.throws(() => openGuest('traces', GUEST, { pluginConfig: { dorp: [] } }), { code: 'START_FAILED' });
  });
});
`,
  'README.md': ({ name }) => `# ${name}

A guest for OpenTelemetry, in AssemblyScript: \`guest/index.ts\`.

    npm install
    npm test
    npx otelwasm run build/guest.wasm test/sample.json --config '{"drop":["/healthz"]}' --diff
    npx otelwasm conformance build/guest.wasm

pnpm and Yarn work too.

In an app that has otelwasm and the OpenTelemetry SDK, with the path from where the app runs (or a URL:
\`new URL('./guest.wasm', import.meta.url)\`):

    const { NodeSDK } = require('@opentelemetry/sdk-node');
    const { WasmSpanProcessor } = require('otelwasm');

    const filter = new WasmSpanProcessor('build/guest.wasm', { pluginConfig: { drop: ['/healthz'] } });
    new NodeSDK({ spanProcessors: [filter] }).start();

Without code: OTELWASM_TRACES_GUEST=build/guest.wasm OTELWASM_TRACES_CONFIG='{"drop":["/healthz"]}' and
\`node --import otelwasm/register app.js\`.
`,
};
