/**
 * What guests cost at instrumentation time, where they are called with one span at a time. A sampler's call saves all that a
 * span costs that is recorded, batched, encoded and then dropped: it must cost much less than that.
 */
import { type Attributes, ROOT_CONTEXT, SpanKind, trace as traceApi, type Tracer } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  RandomIdGenerator,
  type ReadableSpan,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { WasmSampler, WasmSpanMutator, WasmSpanProcessor } from '../../src/adapters';
import { compileRules } from '../../src/rules';
import type { BenchmarkCase } from '../support/case';
import { compare, type Round, timed } from '../support/compare';
import { FILTER, REDACT } from '../support/guests';
import { DROPPED_PATH, makeSpans, random, resource } from '../support/spans';

const SPANS = 512;
const PATH_RULE = { drop: [{ attribute: 'url.path', equals: DROPPED_PATH }] };

/** What HTTP instrumentation knows of a request when its span starts. */
function startAttributes(): Attributes {
  return {
    'http.request.method': 'GET',
    'url.path': DROPPED_PATH,
    'url.scheme': 'https',
    'server.address': 'shop.example.com',
    'server.port': 443,
    'client.address': `10.0.${random(256)}.${random(256)}`,
    'network.peer.address': `10.1.${random(256)}.${random(256)}`,
    'network.peer.port': 1_024 + random(60_000),
    'network.protocol.version': '1.1',
    'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)',
  };
}

const requests = (): Attributes[] => Array.from({ length: SPANS }, startAttributes);

/** Ids as tracers make them: a text put together of pieces takes longer to read. */
const { generateTraceId } = new RandomIdGenerator();

function sampling(sampler: Sampler): Round {
  return timed(
    () => requests().map(attributes => ({ id: generateTraceId(), attributes })),
    starts => {
      for (const { id, attributes } of starts)
        sampler.shouldSample(ROOT_CONTEXT, id, 'GET', SpanKind.SERVER, attributes, []);
    },
    SPANS,
  );
}

/** One round of spans from a tracer whose processor drops them in the batch, up to the result; `prepare` is not measured. */
function filtered<T>(
  batching: 'traces' | 'spans',
  prepare: () => T,
  run: (tracer: Tracer, prepared: T) => void,
): Round {
  const processor = new WasmSpanProcessor(FILTER, {
    batching,
    pluginConfig: PATH_RULE,
    exporter: { export: (_, done) => done({ code: 0 }), shutdown: () => Promise.resolve() },
    maxExportBatchSize: SPANS,
    maxQueueSize: 4 * SPANS,
  });
  const tracer = new BasicTracerProvider({ resource, spanProcessors: [processor] }).getTracer('http');
  return async () => {
    const prepared = prepare();
    const begin = process.hrtime.bigint();
    run(tracer, prepared);
    await processor.forceFlush();
    return Number(process.hrtime.bigint() - begin) / 1_000 / SPANS;
  };
}

/** Spans that a guest drops in the batch. */
const recordedAndDropped = (): Round =>
  filtered('spans', requests, (tracer, starts) => {
    for (const attributes of starts) {
      const span = tracer.startSpan('GET', { kind: SpanKind.SERVER, attributes }, ROOT_CONTEXT);
      span.setAttribute('http.response.status_code', 200);
      span.end();
    }
  });

const wasmSampler = (): Round => sampling(new WasmSampler(FILTER, { pluginConfig: PATH_RULE }));

const SAMPLER = 'instrumentation/sampler/http';
const sampler: BenchmarkCase = {
  name: SAMPLER,
  run: () =>
    compare({
      ...{ name: SAMPLER, unit: 'µs/span', atMost: 0.5 },
      ours: { name: 'WasmSampler + filter', round: wasmSampler() },
      peer: {
        name: 'a span recorded, batched, encoded and dropped by the filter',
        round: recordedAndDropped(),
      },
    }),
};

const RULES = `${SAMPLER}/rules`;
/** The same rule as a Collector's: its condition is looked at before the span is encoded. */
const samplerOfRules: BenchmarkCase = {
  name: RULES,
  run: () =>
    compare({
      ...{ name: RULES, unit: 'µs/span', atMost: 0.5 },
      ours: {
        name: 'WasmSampler + rules',
        round: sampling(
          new WasmSampler(
            compileRules({ filter: { traces: { span: [`attributes["url.path"] == "${DROPPED_PATH}"`] } } }),
          ),
        ),
      },
      peer: {
        name: 'a span recorded, batched, encoded and dropped by the filter',
        round: recordedAndDropped(),
      },
    }),
};

const RATIO = `${SAMPLER}/vs-ratio`;
const samplerAndRatio: BenchmarkCase = {
  name: RATIO,
  run: () =>
    compare({
      ...{ name: RATIO, unit: 'µs/span' },
      ours: { name: 'WasmSampler + filter', round: wasmSampler() },
      peer: { name: "the SDK's TraceIdRatioBased", round: sampling(new TraceIdRatioBasedSampler(0.1)) },
    }),
};

/** Spans that are about to end, as processors see them. */
const ending = (): ReadableSpan[] => makeSpans(SPANS);

const MUTATOR = 'instrumentation/mutator/http';
/** One attribute masked: the span goes to the guest, and what comes back is read. */
const mutator: BenchmarkCase = {
  name: MUTATOR,
  run: () => {
    const processor = new WasmSpanMutator(REDACT, { pluginConfig: { keys: ['client.address'] } });
    return compare({
      ...{ name: MUTATOR, unit: 'µs/span' },
      ours: {
        name: 'WasmSpanMutator + redact',
        round: timed(ending, spans => spans.forEach(span => processor.onEnding(span)), SPANS),
      },
      peer: {
        name: 'the same change in JavaScript',
        round: timed(
          ending,
          spans => {
            for (const { attributes } of spans)
              if ('client.address' in attributes) attributes['client.address'] = '***';
          },
          SPANS,
        ),
      },
    });
  },
};

const TRACES = 'instrumentation/traces/http';
/** Requests of eight spans, from the start of each span to the result, held and decided as traces or batched as they end. */
const requestsThrough = (batching: 'traces' | 'spans'): Round =>
  filtered(
    batching,
    () => undefined,
    tracer => {
      for (let trace = 0; trace < SPANS / 8; trace++) {
        const root = tracer.startSpan(
          'GET',
          { kind: SpanKind.SERVER, attributes: startAttributes() },
          ROOT_CONTEXT,
        );
        const inRoot = traceApi.setSpan(ROOT_CONTEXT, root);
        for (let child = 1; child < 8; child++) tracer.startSpan('middleware', {}, inRoot).end();
        root.end();
      }
    },
  );

const traces: BenchmarkCase = {
  name: TRACES,
  run: () =>
    compare({
      ...{ name: TRACES, unit: 'µs/span' },
      ours: { name: "batching: 'traces'", round: requestsThrough('traces') },
      peer: { name: "batching: 'spans'", round: requestsThrough('spans') },
    }),
};

export const instrumentationCases: readonly BenchmarkCase[] = [
  sampler,
  samplerOfRules,
  samplerAndRatio,
  mutator,
  traces,
];
