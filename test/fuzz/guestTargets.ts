import assert from 'node:assert/strict';
import type { Role } from '../../src/abi';
import { type Signal, SIGNALS } from '../../src/abi/signal';
import { GuestInstance, type GuestSource, loadGuest } from '../../src/guest';
import { checkStructure } from '../../src/otlp';
import type { OtlpJson } from '../../src/otlp/json';
import { compileRules, type RulesSource } from '../../src/rules';
import { shippedGuests } from '../../src/shipped';
import { sampleData, sampleTraces } from '../../src/testing';
import { toBytes } from '../../src/testing/telemetry';
import { textInEveryField } from '../shipped/textInEveryField';
import { codeOr, type Target } from './target';

interface GuestConfig {
  readonly signals: readonly Signal[];
  readonly config: unknown;
  /** Default `processor`. */
  readonly role?: Role;
}

const MAX_MEMORY_BYTES = 64 * 2 ** 20;

/** Configurations with which guests look at as much as they can. */
const CONFIGS: Readonly<Record<string, GuestConfig>> = {
  attributes: {
    signals: SIGNALS,
    config: {
      actions: [
        { key: 'a', value: 1, action: 'upsert' },
        { glob: 'http.*', action: 'hash' },
      ],
      on: ['resource', 'scope', 'span', 'dataPoint', 'logRecord'],
    },
  },
  filter: {
    signals: ['traces'],
    config: { drop: [{ name: { glob: '*a*' }, attributes: { 'http.route': '/' } }] },
  },
  'metrics-filter': { signals: ['metrics'], config: { drop: ['*a', { attributes: { 'http.route': '/' } }] } },
  redact: {
    signals: SIGNALS,
    config: { preset: 'genai', sql: ['*'], remove: ['http.*'], detectors: { phone: true, ip_address: true } },
  },
  sample: { signals: ['traces'], config: { probability: 0.5, slowMillis: 1 } },
  limit: {
    signals: ['traces', 'logs'],
    config: { perSecond: 1, by: ['http.route', 'body', 'name'], maxKeys: 10 },
  },
  dedupe: {
    signals: ['logs'],
    config: {
      intervalSeconds: 1e4,
      exclude: ['body.a', 'attributes.http.route', 'attributes.user.email', 'attributes.retry.count'],
    },
  },
  templates: {
    signals: ['traces', 'metrics'],
    config: { attributes: ['*'], sql: ['db.*'], maxResults: 100 },
  },
  'tail-sample': {
    signals: ['traces'],
    config: {
      drop: ['/healthz', { name: { glob: '*a*' } }],
      keep: [{ attribute: 'http.route', equals: '/' }],
      ...{ slowMillis: 1_000, probability: 0.5, tracesPerSecond: 1e6 },
    },
  },
  'span-metrics': {
    signals: ['traces'],
    role: 'connector',
    config: {
      dimensions: [
        'http.route',
        { name: 'service.version', default: 'unknown' },
        'http.response.status_code',
      ],
      ...{ histogram: { exponential: true, maxSize: 20 }, maxSeries: 10 },
    },
  },
};

/** Rules that read and write items at every level. */
const STATEMENTS = [
  'set(attributes["a"], Concat([attributes["http.route"], resource.attributes["service.name"]], "-"))',
  'replace_pattern(attributes["http.route"], "[a-z]+", "*")',
  'keep_matching_keys(attributes, "^[a-m]")',
  'truncate_all(attributes, 3)',
];
const RULES: Readonly<Record<Signal, RulesSource>> = {
  traces: {
    filter: {
      traces: { span: ['IsMatch(name, "^/health")', 'status.code == 2 and attributes["a"] == nil'] },
    },
    transform: {
      trace_statements: [
        { context: 'span', statements: [...STATEMENTS, 'set(status.message, name)', 'set(trace_state, "")'] },
        { context: 'spanevent', statements: ['set(attributes["a"], ToUpperCase(name))'] },
      ],
    },
  },
  metrics: {
    filter: { metrics: { datapoint: ['attributes["http.route"] == "/"', 'value_int > 1000'] } },
    transform: {
      metric_statements: [
        { context: 'metric', statements: ['set(description, Concat([name, unit], "-"))'] },
        { context: 'datapoint', statements: STATEMENTS },
      ],
    },
  },
  logs: {
    filter: { logs: { log_record: ['severity_number < 5', 'body["a"] != nil'] } },
    transform: {
      log_statements: [
        { context: 'log', statements: [...STATEMENTS, 'merge_maps(attributes, ParseJSON(body), "upsert")'] },
      ],
    },
  },
};

/** Each guest that ships, for each of its signals, and compiled rules. */
export function guestTargets(): Target[] {
  assert.deepEqual(
    shippedGuests().map(({ name }) => name),
    Object.keys(CONFIGS).sort(),
  );
  const shipped = Object.entries(CONFIGS).flatMap(([name, options]) =>
    options.signals.map(signal => guestTarget(name, signal, `otelwasm:${name}`, options)),
  );
  const rules = SIGNALS.map(signal => {
    const options = { signals: [signal], config: {} };
    return guestTarget('rules', signal, compileRules(RULES[signal]), options);
  });
  return [...shipped, ...rules];
}

/**
 * A guest takes anything: it answers, or refuses, and does not trap. What it makes of what is well-formed is.
 * One instance takes all inputs, as in an application; a connector is asked for its metrics after each.
 */
function guestTarget(
  name: string,
  signal: Signal,
  source: GuestSource,
  { config, role = 'processor' }: GuestConfig,
): Target {
  const start = (): GuestInstance => {
    const instance = new GuestInstance(loadGuest(source, role, signal, MAX_MEMORY_BYTES), {
      ...{ role, signal, maxMemoryBytes: MAX_MEMORY_BYTES, guestTimeoutMillis: 5_000, log: () => undefined },
      pluginConfigJson: JSON.stringify(config),
    });
    instance.start();
    return instance;
  };
  let instance: GuestInstance | undefined;
  return {
    name: `${name}-${signal}`,
    corpus: corpusOf(signal),
    check: bytes => {
      instance ??= start();
      const isWell = codeOr(() => checkStructure(signal, bytes, 'items'), ['DECODE']) !== undefined;
      const outcomes = [instance.consume(bytes)];
      if (role === 'connector') outcomes.push(instance.collect('delta'));
      for (const outcome of outcomes) {
        if (outcome.status === 'changed') {
          if (isWell) checkStructure(role === 'connector' ? 'metrics' : signal, outcome.bytes, 'items');
          outcome.release();
        } else if ('error' in outcome) assert.equal(outcome.error.code, 'GUEST_STATUS');
      }
    },
  };
}

function corpusOf(signal: Signal): Uint8Array[] {
  const samples = [1, 7, 40].map(count => sampleData(signal, count));
  const traces = signal === 'traces' ? [sampleTraces(5)] : [];
  const all: OtlpJson[] = [...samples, ...traces, textInEveryField(signal) as OtlpJson];
  return all.map(data => Uint8Array.from(toBytes(signal, data)));
}
