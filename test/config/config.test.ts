import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ifRegisteredFromEnvironment,
  readConfigFile,
  readPluginConfig,
  settingsFromEnvironment,
} from '../../src/config';
import { rulesOf } from '../../src/rules';

describe('configuration', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'otelwasm-'));
    path = join(folder, 'otelwasm.yaml');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const read = (yaml: string) => {
    writeFileSync(path, yaml);
    return readConfigFile(path);
  };
  const pipelines = 'service:\n  pipelines:\n    traces:\n      processors: [wasm/a]\n';

  describe('file', () => {
    it('accepts rules instead of a guest, as a path or inline', () => {
      const span = '[\'attributes["url.path"] == "/healthz"\']';
      const { traces } = read(
        `processors:\n  wasm/a: { rules: collector.yaml }\n  wasm/b:\n    rules: { filter: { traces: { span: ${span} } } }\n` +
          'service:\n  pipelines:\n    traces: { processors: [wasm/a, wasm/b] }\n',
      );
      const [file, inline] = traces!.processors.map(each => (each as { guest: unknown }).guest);
      assert.equal(file, join(folder, 'collector.yaml'));
      assert.match(rulesOf(inline as Uint8Array)![0].text, /url\.path/);
    });

    it('gives each signal its guests, with relative paths and the options of the API', () => {
      const settings = read(`
processors:
  wasm/a:
    path: a.wasm
    plugin_config: { drop: [/healthz] }
    on_error: passthrough
    guest_timeout_millis: 50
    check_output: items
  wasm: { path: /guests/b.wasm, wasi: { env: { A: b } } }
exporters:
  wasm/out: { path: out.wasm }
  otlphttp: { endpoint: 'http://collector:4318/', headers: { k: v } }
service:
  pipelines:
    traces: { processors: [wasm/a, wasm], exporters: [otlphttp] }
    logs: { exporters: [wasm/out] }
`);
      assert.deepEqual(settings, {
        traces: {
          processors: [
            {
              guest: join(folder, 'a.wasm'),
              pluginConfig: { drop: ['/healthz'] },
              onError: 'passthrough',
              guestTimeoutMillis: 50,
              checkOutput: 'items',
            },
            { guest: '/guests/b.wasm', wasi: { env: { A: 'b' } } },
          ],
          otlp: { url: 'http://collector:4318/v1/traces', headers: { k: 'v' } },
        },
        logs: { processors: [], exporter: { guest: join(folder, 'out.wasm') } },
      });
    });

    it('substitutes environment variables as typed values and inside strings', () => {
      const { traces } = readConfigFile(join(__dirname, 'variables.yaml'), {
        DIR: '/guests',
        MILLIS: '50',
        EMPTY: '',
        STRUCTURE: '{ a: 1 }',
        NESTED: '${env:MILLIS}',
      });
      assert.deepEqual(traces?.processors, [
        {
          guest: '/guests/a.wasm',
          guestTimeoutMillis: 50,
          watch: true,
          pluginConfig: {
            text: '50',
            both: 'x and y',
            missing: null,
            missingText: '',
            escaped: '${env:MILLIS} $50 $5 $1 $',
            structure: '{ a: 1 }',
            again: '${env:MILLIS}',
            '${env:MILLIS}': 'key',
            list: ['50', 'b', 'b'],
          },
        },
      ]);
    });

    for (const reference of [
      '${file:x}',
      '${env:1X}',
      '${}',
      '${env:A:-${env:B}}',
      '${env:A',
      '${env:A:b}',
    ]) {
      it(`rejects ${reference} with the line`, () => {
        const message = /yaml:3: .* is not a variable: allowed are \$\{env:NAME\}/;
        assert.throws(() => read(`processors:\n  wasm/a:\n    path: a${reference}\n${pipelines}`), {
          code: 'INVALID_OPTION',
          message,
        });
      });
    }

    for (const [what, yaml, message] of [
      [
        'a value of a variable that is not allowed',
        `processors:\n  wasm/a:\n    path: \${env:OTELWASM_TEST_MISSING}\n${pipelines}`,
        /yaml:3: .*wasm\/a\.path must be string/,
      ],
      ['broken YAML', 'processors:\n  wasm/a: [1\nservice: {}\n', /yaml: broken YAML at line \d/],
      [
        'an option that does not exist',
        `processors:\n  wasm/a:\n    path: a\n    on_eror: drop\n${pipelines}`,
        /yaml:4: processors\.wasm\/a has no "on_eror": allowed are path, rules, plugin_config/,
      ],
      [
        'a value that is not allowed',
        `processors:\n  wasm/a:\n    path: a\n    isolation: thread\n${pipelines}`,
        /yaml:4: .*isolation.*\(inline, worker/,
      ],
      [
        'a guest without a path',
        `processors:\n  wasm/a: {}\n${pipelines}`,
        /yaml:2: .*a guest must have either "path" or "rules"/,
      ],
      [
        'rules that cannot be compiled',
        `processors:\n  wasm/a:\n    rules: { filter: { traces: { span: ["nme == nil"] } } }\n${pipelines}`,
        /yaml:\d: [^]*a span has no "nme"/,
      ],
      ['a missing guest file', pipelines, /yaml:4: "wasm\/a" is not defined in processors: defined are none/],
      [
        'a processor of another kind',
        `processors:\n  batch: {}\n${pipelines}`,
        /yaml:2: processors has no "batch": allowed are wasm\/<name>/,
      ],
      [
        'another signal',
        'service:\n  pipelines:\n    profiles: {}\n',
        /yaml:3: .*profiles.*traces, metrics, logs/,
      ],
      [
        'a pipeline without guests',
        'service:\n  pipelines:\n    logs: {}\n',
        /yaml:3: the pipeline for logs has no guest/,
      ],
      [
        'a YAML set, which would become {}',
        `processors:\n  wasm/a:\n    path: a\n    plugin_config:\n      keys: !!set { a, b }\n${pipelines}`,
        /yaml:5: the tag tag:yaml.org,2002:set has no equivalent in JSON/,
      ],
      [
        'infinity, which would become null',
        `processors:\n  wasm/a:\n    path: a\n    plugin_config: { rate: .inf }\n${pipelines}`,
        /yaml:4: .*inf is not a number that JSON can represent/,
      ],
      [
        'an integer that would lose precision',
        `processors:\n  wasm/a:\n    path: a\n    plugin_config:\n      id: 9007199254740993\n${pipelines}`,
        /yaml:5: 9007199254740993 is beyond 2\^53/,
      ],
      [
        'an alias without its anchor',
        `processors:\n  wasm/a:\n    path: *nowhere\n${pipelines}`,
        /yaml:3: the alias \*nowhere has no anchor|line 3/,
      ],
      [
        'a name of Object.prototype',
        'service:\n  pipelines:\n    logs:\n      processors: [constructor]\n',
        /yaml:4: "constructor" is not defined in processors/,
      ],
      ['an empty file', '', /yaml:1: the file must be object/],
      ['a duplicate key', 'service: {}\nservice: {}\n', /line 2.*unique/],
    ] as const) {
      it(`rejects ${what} with the line`, () => {
        assert.throws(() => read(yaml), { code: 'INVALID_OPTION', message });
      });
    }
  });

  describe('environment', () => {
    it('reads what to do beside another SDK, independent of other variables', () => {
      assert.equal(ifRegisteredFromEnvironment({}), 'refuse');
      assert.equal(ifRegisteredFromEnvironment({ OTELWASM_IF_REGISTERED: 'attach' }), 'attach');
      assert.throws(() => ifRegisteredFromEnvironment({ OTELWASM_IF_REGISTERED: 'ignore' }), {
        code: 'INVALID_OPTION',
        message: 'OTELWASM_IF_REGISTERED is "ignore": allowed is refuse or attach',
      });
      writeFileSync(path, `processors: { wasm/a: { path: a.wasm } }\n${pipelines}`);
      settingsFromEnvironment({ OTELWASM_CONFIG_FILE: path, OTELWASM_IF_REGISTERED: 'attach' });
    });

    it('is empty without variables and for empty values', () => {
      assert.deepEqual(settingsFromEnvironment({ OTELWASM_TRACES_GUEST: '', PATH: 'x' }), {});
    });

    it('reads a chain', () => {
      const settings = settingsFromEnvironment({
        OTELWASM_LOGS_GUEST: 'a.wasm, b.wasm',
        OTELWASM_LOGS_CONFIG: '[1, {"x": 2}]',
        OTELWASM_LOGS_ISOLATION: 'worker',
      });
      assert.deepEqual(settings, {
        logs: {
          processors: [
            { guest: 'a.wasm', pluginConfig: 1, isolation: 'worker' },
            { guest: 'b.wasm', pluginConfig: { x: 2 }, isolation: 'worker' },
          ],
        },
      });
    });

    for (const name of [
      'OTELWASM_TRACE_GUEST',
      'OTELWASM_TRACES_GEUST',
      'OTELWASM_SPANS_GUEST',
      'OTELWASM_GUEST',
      'OTELWASM_TRACES_RULES',
      'OTELWASM_LOGS_PLUGIN_CONFIG',
      'OTELWASM_CONFIGFILE',
      'OTELWASM_CONFG',
    ]) {
      it(`rejects ${name}, which may be meant for a guest or its configuration`, () => {
        assert.throws(() => settingsFromEnvironment({ [name]: 'a' }), {
          code: 'INVALID_OPTION',
          message: new RegExp(`^${name} does not exist`),
        });
      });
    }

    for (const name of [
      'OTELWASM_CACHE',
      'OTELWASM_DEBUG',
      'OTELWASM_WORKER_COUNT',
      'OTELWASM_SHUTDOWN_MILLIS',
    ]) {
      it(`ignores ${name} and logs a line`, () => {
        const lines: string[] = [];
        assert.deepEqual(
          settingsFromEnvironment({ [name]: '1' }, line => lines.push(line)),
          {},
        );
        assert.match(lines.join(), new RegExp(`^${name} does not exist: .*it is ignored$`));
      });
    }

    for (const [environment, message] of [
      [
        { OTELWASM_TRACES_GUESTS: 'a' },
        /OTELWASM_TRACES_GUESTS does not exist: allowed are .*OTELWASM_TRACES_GUEST/,
      ],
      [{ OTELWASM_LOGS_CONFIG: '{}' }, /OTELWASM_LOGS_CONFIG is set without OTELWASM_LOGS_GUEST/],
      [{ OTELWASM_SAMPLER_ISOLATION: 'worker' }, /OTELWASM_SAMPLER_ISOLATION does not exist/],
      [{ OTELWASM_LOGS_GUEST: 'a,,b' }, /"a,,b": allowed are paths separated by commas/],
      [
        { OTELWASM_LOGS_GUEST: 'a', OTELWASM_LOGS_ISOLATION: 'thread' },
        /is "thread": allowed is inline or worker/,
      ],
      [{ OTELWASM_LOGS_GUEST: 'a', OTELWASM_LOGS_ON_ERROR: 'x' }, /allowed is drop or passthrough/],
      [
        { OTELWASM_LOGS_GUEST: 'a,b', OTELWASM_LOGS_CONFIG: '{}' },
        /a chain of 2 guests: allowed is an array of 2/,
      ],
      [{ OTELWASM_LOGS_GUEST: 'a', OTELWASM_CONFIG_FILE: 'b' }, /set together with OTELWASM_CONFIG_FILE/],
    ] as const) {
      it(`rejects ${JSON.stringify(environment)}`, () => {
        assert.throws(() => settingsFromEnvironment(environment), { code: 'INVALID_OPTION', message });
      });
    }
  });

  describe('plugin configuration', () => {
    it('is JSON or a JSON or YAML file', () => {
      writeFileSync(join(folder, 'c.json'), '{"a":1}');
      writeFileSync(join(folder, 'c.yml'), 'a: 1\n');
      assert.deepEqual(
        ['{"a":1}', `@${folder}/c.json`, `@${folder}/c.yml`].map(text => readPluginConfig(text, 'x')),
        [{ a: 1 }, { a: 1 }, { a: 1 }],
      );
    });

    it('reports the position of a syntax error', () => {
      writeFileSync(join(folder, 'c.yml'), 'a: 1\nb: "\n');
      assert.throws(() => readPluginConfig(`@${folder}/c.yml`, '--config'), {
        message: /--config: .*c\.yml: broken YAML at line \d/,
      });
      assert.throws(() => readPluginConfig('@nope', '--config'), { message: /--config: nope: ENOENT/ });
    });

    it('is rejected with the line of an integer that would lose precision', () => {
      assert.throws(() => readPluginConfig('{"id":"9007199254740993",\n"a":9007199254740993}', '--config'), {
        code: 'INVALID_OPTION',
        message: /^--config: line 2, column 5: 9007199254740993 is beyond 2\^53.* in quotes$/,
      });
      assert.deepEqual(readPluginConfig('{"a":[9007199254740991,1e300,0.1234567890123456]}', 'x'), {
        a: [9007199254740991, 1e300, 0.1234567890123456],
      });
    });
  });
});
