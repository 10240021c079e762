import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Role, Signal } from '../../src/abi/signal';
import { encodeLogs, encodeMetrics, encodeTraces } from '../../src/otlp';
import { otlpFromJson } from '../../src/otlp/json';
import { shippedGuests } from '../../src/shipped';
import { sampleData } from '../../src/testing';
import { logRecords, resourceMetrics, spans } from '../otlp/arbitraries';
import { collectorExpected, host, isBuilt, needs } from './guests';
import { hasWazero, type Job, type Outcome, type Profile, runInWazero } from './wazero';

interface Row {
  readonly role?: Role;
  readonly signals: readonly Signal[];
  readonly config: unknown;
}

const ALL: readonly Signal[] = ['traces', 'metrics', 'logs'];
const FILTER: Row = {
  signals: ['traces', 'logs'],
  config: { drop: [{ attribute: 'http.route', equals: '/healthz' }] },
};
const ATTRIBUTES: Row = {
  signals: ['traces', 'logs'],
  config: { actions: [{ key: 'team', value: 'web', action: 'upsert' }] },
};
const TAGGED = ['set(resource.attributes["tagged"], true)'];

/** Guests that consume, with a configuration that changes something. `0.1.0`: the file with the names of 0.1.0. */
const GUESTS: Readonly<Record<string, Row & { readonly '0.1.0': string }>> = {
  attributes: { ...ATTRIBUTES, signals: ALL, '0.1.0': '0.1.0/attributes' },
  filter: { signals: ['traces'], config: { drop: ['/healthz'] }, '0.1.0': '0.1.0/filter' },
  'logs-redact': {
    signals: ['logs'],
    config: { minSeverity: 'info', keys: ['user.*'] },
    '0.1.0': '0.1.0/logs-redact',
  },
  'metrics-filter': {
    signals: ['metrics'],
    config: { drop: ['process.*'] },
    '0.1.0': '0.1.0/metrics-filter',
  },
  redact: { signals: ALL, config: { keys: ['user.*', 'http.*'] }, '0.1.0': '0.1.0/redact' },
  sample: { signals: ['traces'], config: { probability: 0.5 }, '0.1.0': '0.1.0/sample' },
  'tail-sample': {
    signals: ['traces'],
    config: { drop: ['/healthz'], slowMillis: 1_000, probability: 0.5 },
    '0.1.0': '0.1.0/tail-sample',
  },
  limit: { signals: ['traces', 'logs'], config: { perSecond: 1, by: ['name'] }, '0.1.0': '0.1.0/limit' },
  dedupe: {
    signals: ['logs'],
    config: { exclude: ['body', 'attributes.http.route', 'attributes.user.email', 'attributes.retry.count'] },
    '0.1.0': '0.1.0/dedupe',
  },
  templates: {
    signals: ['traces', 'metrics'],
    config: { attributes: ['*'], maxResults: 1 },
    '0.1.0': '0.1.0/templates',
  },
  'stdout-exporter': { role: 'exporter', signals: ALL, config: null, '0.1.0': '0.1.0/stdout-exporter' },
  'c/filter': { ...FILTER, '0.1.0': 'c/filter-0.1.0' },
  'rust/filter': { ...FILTER, '0.1.0': 'rust/filter-0.1.0' },
  'go/slicefilter': { ...FILTER, '0.1.0': 'go/slicefilter-0.1.0' },
  'go/stdout': {
    role: 'exporter',
    signals: ALL,
    config: null,
    '0.1.0': 'go/stdout-0.1.0',
  },
  'go/attributes': { ...ATTRIBUTES, '0.1.0': 'go/attributes-0.1.0' },
  'go/filter': {
    signals: ['traces'],
    config: { traces: { span: ['attributes["http.route"] == "/healthz"'] } },
    '0.1.0': 'go/filter-0.1.0',
  },
  'go/transform': {
    signals: ALL,
    config: { trace_statements: TAGGED, metric_statements: TAGGED, log_statements: TAGGED },
    '0.1.0': 'go/transform-0.1.0',
  },
  'go/redaction': {
    signals: ALL,
    config: { allow_all_keys: true, blocked_values: ['[a-z]+'] },
    '0.1.0': 'go/redaction-0.1.0',
  },
};

const GENERATED = 1_000;
const ON_STRICT_HOSTS = 20;
/** With and without start(), each with configurations as they are, of 6 KB and of 100 KB. */
const IN_EACH_WAY = 3;
const WAYS = [true, false].flatMap(start =>
  [0, 6_000, 100_000].map(paddingBytes => ({ start, paddingBytes })),
);
const SEED = 20_261_128;

const generate: Readonly<Record<Signal, (count: number) => Uint8Array[]>> = {
  traces: numRuns => fc.sample(spans, { numRuns, seed: SEED }).map(batch => encodeTraces(batch)),
  metrics: numRuns => fc.sample(resourceMetrics, { numRuns, seed: SEED }).map(batch => encodeMetrics(batch)),
  logs: numRuns => fc.sample(logRecords, { numRuns, seed: SEED }).map(batch => encodeLogs(batch)),
};

/** The corpus of the other tests here, what is no OTLP, and then what was generated. */
function batches(signal: Signal): Uint8Array[] {
  const corpus = collectorExpected().get(signal)!;
  const sample = otlpFromJson(signal, sampleData(signal, 40));
  return [
    corpus,
    sample,
    new Uint8Array(0),
    corpus.subarray(0, corpus.length - 3),
    ...generate[signal](GENERATED),
  ];
}

function inNode({ guest, role, signal, config, inputs = [] }: Job): Outcome[] {
  const { instance } = host(guest, { role, signal, pluginConfig: config });
  return inputs.map(input => {
    const outcome = instance.consume(input);
    return {
      status: outcome.status,
      bytes: outcome.status === 'changed' ? Buffer.from(outcome.bytes).toString('base64') : '',
      code: 'error' in outcome ? outcome.error.code : '',
      message: 'error' in outcome ? outcome.error.message : '',
    };
  });
}

function nameOf({ guest, signal, profile, start, paddingBytes }: Job): string {
  return JSON.stringify({ guest, signal, profile, start, paddingBytes });
}

/** A digest, short enough for a message. */
function digest({ bytes, ...rest }: Outcome): object {
  return { ...rest, bytes: `${bytes.length}, ${createHash('sha256').update(bytes).digest('hex')}` };
}

/** A guest answers in a Collector what it answers in an app: status, bytes, code and message. */
describe('the same bytes in Node and in the Collector', function () {
  const all = new Map<Signal, Uint8Array[]>();

  before(function () {
    if (!hasWazero()) this.skip();
    for (const signal of ALL) all.set(signal, batches(signal));
  });

  it('are compared for every shipped guest but span-metrics, which needs an extension', () => {
    const shipped = shippedGuests().map(({ name }) => name);
    assert.deepEqual(
      shipped.filter(name => !(name in GUESTS)),
      ['span-metrics'],
    );
  });

  for (const [guest, row] of Object.entries(GUESTS)) {
    it(guest, function () {
      needs(this, guest);
      const { role, signals, config } = row;
      const jobs = signals.flatMap(signal => {
        const inputs = all.get(signal)!;
        const few = inputs.slice(0, ON_STRICT_HOSTS);
        const job = (name: string, profile: Profile, some: readonly Uint8Array[]): Job => ({
          ...{ guest: name, role, signal, profile, config, inputs: some },
        });
        const strict = [job(guest, 'v1', few), job(row['0.1.0'], '0.1.0', few)].filter(({ guest: name }) =>
          isBuilt(name),
        );
        const ways = config === null ? [{ start: true }, { start: false }] : WAYS;
        const each = strict.flatMap(one =>
          ways.map(way => ({ ...one, ...way, inputs: few.slice(0, IN_EACH_WAY) })),
        );
        return [job(guest, 'full', inputs), ...strict, ...each];
      });
      const answers = runInWazero(jobs);
      const node = new Map<Signal, Outcome[]>();
      jobs.forEach((job, i) => {
        if (job.profile === 'full') node.set(job.signal, inNode(job));
        const { error, outcomes } = answers[i];
        assert.equal(error, undefined, `${nameOf(job)}: ${error?.message}`);
        const expected = node.get(job.signal)!.slice(0, outcomes.length);
        assert.equal(outcomes.length, job.inputs?.length);
        outcomes.forEach((outcome, batch) =>
          assert.deepEqual(digest(outcome), digest(expected[batch]), `${nameOf(job)}, batch ${batch}`),
        );
      });
      if (role !== 'exporter')
        assert.ok([...node.values()].flat().some(({ status }) => status === 'changed'));
    });
  }
});
