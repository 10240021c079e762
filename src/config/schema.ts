/** JSON Schema of the configuration file. Options have the names of the code, in snake_case. */
const millis = { type: 'number', exclusiveMinimum: 0, maximum: 2 ** 31 - 1 } as const;

/** The same range as `positiveOption` in pipeline/options. */
const bytes = { type: 'number', exclusiveMinimum: 0 } as const;

const text = { type: 'string', minLength: 1 } as const;

const GUEST_OPTIONS = {
  plugin_config: {},
  isolation: { enum: ['inline', 'worker', 'process'] },
  on_error: { enum: ['drop', 'passthrough'] },
  guest_timeout_millis: millis,
  start_timeout_millis: millis,
  max_memory_bytes: bytes,
  recycle_memory_bytes: bytes,
  max_pending_bytes: bytes,
  check_output: { enum: ['envelopes', 'items'] },
  watch: { type: 'boolean' },
  restart: {
    type: 'object',
    additionalProperties: false,
    properties: { initial_delay_millis: millis, max_delay_millis: millis, healthy_millis: millis },
  },
  wasi: {
    type: 'object',
    additionalProperties: false,
    properties: {
      env: { type: 'object', additionalProperties: { type: 'string' } },
      args: { type: 'array', items: { type: 'string' } },
    },
  },
} as const;

const guest = {
  type: 'object',
  additionalProperties: false,
  properties: {
    path: text,
    rules: { anyOf: [{ type: 'string', pattern: '\\.ya?ml$' }, { type: 'object' }] },
    ...GUEST_OPTIONS,
  },
} as const;

/** The value of `wasm:` in a declarative configuration of OpenTelemetry. */
export const WASM_SCHEMA = {
  type: 'object',
  required: ['guest', 'exporter'],
  additionalProperties: false,
  properties: { guest: text, exporter: { type: 'object' }, ...GUEST_OPTIONS },
} as const;

const otlpHttp = {
  type: ['object', 'null'],
  additionalProperties: false,
  properties: {
    endpoint: { type: 'string', minLength: 1 },
    headers: { type: 'object', additionalProperties: { type: 'string' } },
    compression: { enum: ['gzip', 'none'] },
    timeout_millis: millis,
  },
} as const;

const pipeline = {
  type: 'object',
  additionalProperties: false,
  properties: {
    processors: { type: 'array', items: { type: 'string' } },
    exporters: { type: 'array', items: { type: 'string' }, maxItems: 1 },
  },
} as const;

const WASM_ID = '^wasm(/.+)?$';

export const CONFIG_SCHEMA = {
  type: 'object',
  required: ['service'],
  additionalProperties: false,
  properties: {
    processors: { type: 'object', additionalProperties: false, patternProperties: { [WASM_ID]: guest } },
    exporters: {
      type: 'object',
      additionalProperties: false,
      patternProperties: { [WASM_ID]: guest, '^otlp_?http(/.+)?$': otlpHttp },
    },
    service: {
      type: 'object',
      required: ['pipelines'],
      additionalProperties: false,
      properties: {
        pipelines: {
          type: 'object',
          additionalProperties: false,
          minProperties: 1,
          properties: { traces: pipeline, metrics: pipeline, logs: pipeline },
        },
      },
    },
  },
} as const;
