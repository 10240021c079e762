import assert from 'node:assert/strict';
import {
  context,
  createTraceState,
  diag,
  ROOT_CONTEXT,
  SamplingDecision,
  SpanKind,
  trace,
  TraceFlags,
} from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  ParentBasedSampler,
  type Sampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { type Guests, OtelWasmError, WasmSampler, type WasmSamplerOptions } from '../../../src';
import { compileRules } from '../../../src/rules';
import { built } from '../../support/built';
import { captureDiag } from '../../support/diagLines';
import { guest, guestWith } from '../../support/guests';
import { seeded } from '../../support/seeded';
import { exampleGuest } from '../guestFor';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
/** A call is stopped by the wall clock, and these tests must not depend on it. */
const NO_HURRY = { guestTimeoutMillis: 60_000, startTimeoutMillis: 60_000 };
const { NOT_RECORD, RECORD, RECORD_AND_SAMPLED } = SamplingDecision;

describe('WasmSampler', function () {
  this.timeout(60_000);
  const lines = captureDiag();
  const samplers: WasmSampler[] = [];
  before(() => built('filter', 'attributes'));
  afterEach(() => Promise.all(samplers.splice(0).map(sampler => sampler.shutdown())));

  function create(guests: Guests, options: WasmSamplerOptions = {}): WasmSampler {
    const sampler = new WasmSampler(guests, { ...NO_HURRY, ...options });
    samplers.push(sampler);
    return sampler;
  }

  function decide(sampler: Sampler, name: string, attributes = {}, parent = ROOT_CONTEXT) {
    return sampler.shouldSample(parent, TRACE_ID, name, SpanKind.SERVER, attributes, []);
  }

  const noHealthChecks = (options: WasmSamplerOptions = {}): WasmSampler =>
    create(exampleGuest('filter'), { pluginConfig: { drop: ['/healthz'] }, ...options });

  it('samples spans that the guest keeps and does not record those that it drops', () => {
    const sampler = noHealthChecks();
    assert.deepEqual(decide(sampler, 'GET', { 'url.path': '/users' }), { decision: RECORD_AND_SAMPLED });
    assert.deepEqual(decide(sampler, 'GET', { 'url.path': '/healthz' }), { decision: NOT_RECORD });
    const { itemsIn, itemsOut, itemsDropped, calls } = sampler.stats;
    assert.deepEqual([itemsIn, itemsOut, itemsDropped, calls], [2, 1, 1, 2]);
    assert.equal(String(sampler), 'WasmSampler{filter}');
  });

  it("records dropped spans with dropped: 'record'", () => {
    const sampler = noHealthChecks({ dropped: 'RECORD' });
    assert.equal(decide(sampler, 'GET', { 'url.path': '/healthz' }).decision, RECORD);
  });

  it('gives the span only attributes that the guest added or changed', () => {
    const actions = [
      { key: 'team', value: 'web', action: 'upsert' },
      { key: 'user.id', action: 'hash' },
      { key: 'url.query', action: 'delete' },
    ];
    const sampler = create(exampleGuest('attributes'), { pluginConfig: { actions } });
    const { decision, attributes = {} } = decide(sampler, 'GET', {
      'user.id': 'u-1',
      'url.query': 'a=b',
      ports: [1, 2],
    });
    assert.equal(decision, RECORD_AND_SAMPLED);
    assert.deepEqual(Object.keys(attributes).sort(), ['team', 'user.id']);
    assert.match(String(attributes['user.id']), /^[0-9a-f]{64}$/);
  });

  it('runs a chain until the first guest drops', () => {
    const attributes = { actions: [{ key: 'url.path', value: '/healthz', action: 'upsert' }] };
    const sampler = create([
      { guest: exampleGuest('attributes'), pluginConfig: attributes },
      { guest: exampleGuest('filter'), pluginConfig: { drop: ['/healthz'] } },
    ]);
    assert.equal(decide(sampler, 'GET', { 'url.path': '/users' }).decision, NOT_RECORD);
  });

  it('is a Sampler of the SDK: drops children of dropped spans and keeps trace states', () => {
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({
      sampler: new ParentBasedSampler({ root: noHealthChecks() }),
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    });
    const tracer = provider.getTracer('test');
    for (const path of ['/healthz', '/users']) {
      const span = tracer.startSpan('GET', { attributes: { 'url.path': path } });
      const inSpan = trace.setSpan(ROOT_CONTEXT, span);
      tracer.startSpan(`child of ${path}`, {}, inSpan).end();
      span.end();
    }
    const names = exporter.getFinishedSpans().map(({ name }) => name);
    assert.deepEqual(names, ['child of /users', 'GET']);

    const direct = new BasicTracerProvider({ sampler: noHealthChecks() }).getTracer('test');
    const traceState = createTraceState('vendor=1');
    const parent = {
      traceId: TRACE_ID,
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
      isRemote: true,
      traceState,
    };
    const child = direct.startSpan('GET', {}, trace.setSpanContext(ROOT_CONTEXT, parent));
    assert.equal(child.spanContext().traceState?.serialize(), 'vendor=1');
  });

  it('passes everything known about the span, so that rules of a Collector can decide', () => {
    const conditions = [
      'name == "by name"',
      'kind == SPAN_KIND_PRODUCER',
      'attributes["n"] == 5',
      'parent_span_id == SpanID(0xb7ad6b7169203331)',
      'trace_state["vendor"] == "1"',
      'trace_id == TraceID(0x00000000000000000000000000000007)',
    ];
    const sampler = create(compileRules({ filter: { traces: { span: conditions } } }));
    const ask = (name: string, kind: SpanKind, attributes: object, parent = ROOT_CONTEXT, id = TRACE_ID) =>
      sampler.shouldSample(parent, id, name, kind, attributes as never, []).decision;
    const inSpan = (spanId: string, traceState?: string) =>
      trace.setSpanContext(ROOT_CONTEXT, {
        ...{ traceId: TRACE_ID, spanId, traceFlags: 1 },
        traceState: traceState === undefined ? undefined : createTraceState(traceState),
      });
    const { SERVER, PRODUCER } = SpanKind;
    assert.equal(ask('other', SERVER, { n: 4 }, inSpan('b7ad6b7169203332', 'vendor=2')), RECORD_AND_SAMPLED);
    assert.equal(ask('by name', SERVER, {}), NOT_RECORD);
    assert.equal(ask('other', PRODUCER, {}), NOT_RECORD);
    assert.equal(ask('other', SERVER, { n: 5 }), NOT_RECORD);
    assert.equal(ask('other', SERVER, {}, inSpan('b7ad6b7169203331')), NOT_RECORD);
    assert.equal(ask('other', SERVER, {}, inSpan('b7ad6b7169203332', 'vendor=1')), NOT_RECORD);
    assert.equal(ask('other', SERVER, {}, ROOT_CONTEXT, '7'.padStart(32, '0')), NOT_RECORD);
  });

  describe('a guest that fails', () => {
    it('leaves the decision to the fallback, by default parent-based with sampled roots', async () => {
      const sampler = create(await guest('obeysSpanNames'), {
        restart: { initialDelayMillis: 0.001, maxDelayMillis: 0.001 },
      });
      const sampled = trace.setSpanContext(ROOT_CONTEXT, {
        ...{ traceId: TRACE_ID, spanId: 'b7ad6b7169203331' },
        traceFlags: TraceFlags.SAMPLED,
      });
      const unsampled = trace.setSpanContext(ROOT_CONTEXT, {
        ...{ traceId: TRACE_ID, spanId: 'b7ad6b7169203331' },
        traceFlags: TraceFlags.NONE,
      });
      for (const name of ['TRAP', 'EXIT', 'REFU', 'GARB', 'GROW']) {
        assert.equal(decide(sampler, name).decision, RECORD_AND_SAMPLED, name);
        assert.equal(decide(sampler, name, {}, sampled).decision, RECORD_AND_SAMPLED, name);
        assert.equal(decide(sampler, name, {}, unsampled).decision, NOT_RECORD, name);
      }
      const { itemsIn, itemsOut, itemsFailed } = sampler.stats;
      const failed = Object.values(itemsFailed).reduce((sum, count) => sum + count, 0);
      assert.equal(itemsIn, itemsOut + failed);
      assert.ok(
        (itemsFailed.GUEST_TRAP ?? 0) > 0 && (itemsFailed.GUEST_STATUS ?? 0) > 0,
        JSON.stringify(itemsFailed),
      );
    });

    it('is replaced with growing pauses', async () => {
      const sampler = create(await guest('obeysSpanNames'), {
        fallback: new AlwaysOffSampler(),
        restart: { initialDelayMillis: 3_600_000, maxDelayMillis: 3_600_000 },
      });
      assert.equal(decide(sampler, 'TRAP').decision, NOT_RECORD);
      assert.equal(decide(sampler, 'fine').decision, RECORD_AND_SAMPLED, 'the first replacement is at once');
      assert.equal(decide(sampler, 'TRAP').decision, NOT_RECORD);
      assert.equal(decide(sampler, 'fine').decision, NOT_RECORD, 'down');
      assert.equal(sampler.state, 'restarting');
      assert.equal(sampler.stats.itemsFailed.GUEST_DOWN, 1);
      assert.equal(sampler.stats.restarts, 1);
    });

    it('is stopped when it exceeds the time limit', async () => {
      const sampler = create(await guest('obeysSpanNames'), {
        guestTimeoutMillis: 20,
        startTimeoutMillis: 10_000,
      });
      assert.equal(decide(sampler, 'LOOP').decision, RECORD_AND_SAMPLED);
      assert.equal(sampler.stats.itemsFailed.GUEST_TIMEOUT, 1);
    });

    it('is logged at the first failure, not at each', async () => {
      const sampler = create(await guest('refusesWithReason'));
      for (let i = 0; i < 100; i++) decide(sampler, 'span');
      assert.equal(lines.filter(line => line.includes('GUEST_STATUS')).length, 1);
    });

    it('does not prevent spans with unencodable attributes from starting', async () => {
      const sampler = create(await guest('unchanged'));
      const context = {
        get traceState(): never {
          throw new Error('not now');
        },
      };
      const parent = trace.setSpanContext(ROOT_CONTEXT, {
        ...{ traceId: TRACE_ID, spanId: 'b7ad6b7169203331', traceFlags: 1 },
        traceState: { serialize: () => context.traceState } as never,
      });
      assert.equal(decide(sampler, 'span', {}, parent).decision, RECORD_AND_SAMPLED);
      assert.equal(sampler.stats.itemsFailed.ENCODE, 1);
    });
  });

  it('uses the fallback for a span that a logger starts during a call', async () => {
    const sampler = create(await guest('logsEveryLevel'), { fallback: new AlwaysOffSampler() });
    const nested: SamplingDecision[] = [];
    const ask = (): void => void nested.push(decide(sampler, 'nested').decision);
    const logger = { error: ask, warn: ask, info: ask, debug: ask, verbose: ask };
    diag.setLogger(logger, { suppressOverrideMessage: true });
    decide(sampler, 'span');
    diag.disable();
    assert.ok(nested.length > 0 && nested.every(decision => decision === NOT_RECORD), String(nested));
  });

  it('leaves decisions to the fallback after shutdown', async () => {
    const sampler = create(await guest('unchanged'), { fallback: new AlwaysOffSampler() });
    await sampler.shutdown();
    assert.equal(decide(sampler, 'span').decision, NOT_RECORD);
    assert.equal(sampler.state, 'stopped');
    const rules = create(compileRules({ filter: { traces: { span: ['name == "healthz"'] } } }));
    assert.equal(decide(rules, 'healthz').decision, NOT_RECORD);
    await rules.shutdown();
    assert.equal(decide(rules, 'healthz').decision, RECORD_AND_SAMPLED);
  });

  it('rejects invalid options', async () => {
    const any = await guestWith({});
    const refused: [object, RegExp][] = [
      [{ isolation: 'worker' }, /"isolation" does not exist/],
      [{ onError: 'drop' }, /"onError" does not exist/],
      [{ fallback: 'on' }, /fallback is "on": allowed is a Sampler/],
      [{ dropped: 'SAMPLED' }, /dropped is "SAMPLED"/],
    ];
    for (const [options, message] of refused) {
      assert.throws(
        () => new WasmSampler(any, options),
        (error: unknown) => error instanceof OtelWasmError && message.test(error.message),
      );
    }
    assert.throws(
      () => new WasmSampler([{ guest: any, isolation: 'process' }]),
      /isolation is "process": allowed is "inline"/,
    );
  });

  const RULES = compileRules({
    filter: {
      traces: {
        span: [
          'attributes["url.path"] == "/healthz" and kind == SPAN_KIND_SERVER',
          'IsMatch(name, "^internal[.]")',
          'attributes["http.request.body.size"] > 1000',
        ],
      },
    },
  });
  /** Drop conditions of the first guest are looked at before anything is encoded. */
  const DECIDERS: readonly [
    string,
    () => Guests | Promise<Guests>,
    (calls: number, asked: number) => boolean,
  ][] = [
    ['before the guest', () => RULES, (calls, asked) => calls < asked],
    ['in the guest', async () => [await guest('unchanged'), RULES], (calls, asked) => calls === 2 * asked],
  ];
  for (const [where, guests, isExpected] of DECIDERS) {
    it(`makes 100,000 decisions like the same rule in JavaScript: ${where}`, async () => {
      const sampler = create(await guests());
      const drops = (name: string, kind: SpanKind, attributes: Record<string, string | number>): boolean =>
        (attributes['url.path'] === '/healthz' && kind === SpanKind.SERVER) ||
        name.startsWith('internal.') ||
        (typeof attributes['http.request.body.size'] === 'number' &&
          attributes['http.request.body.size'] > 1_000);
      const random = seeded(22);
      const pick = <T>(values: readonly T[]): T => values[random(values.length)];
      const seen = { kept: 0, dropped: 0 };
      for (let i = 0; i < 100_000; i++) {
        const name = pick(['GET', 'internal.tick', 'internal', 'Ä internal.x', '']);
        const kind = pick([SpanKind.SERVER, SpanKind.CLIENT, SpanKind.INTERNAL]);
        const attributes: Record<string, string | number> = {};
        if (random(2) === 0) attributes['url.path'] = pick(['/healthz', '/healthz/', '/users', '']);
        if (random(2) === 0) attributes['http.request.body.size'] = pick([0, 1_000, 1_001, 1e12, -5]);
        if (random(4) === 0) attributes[`key ${random(1_000)}`] = 'x'.repeat(random(300));
        const expected = drops(name, kind, attributes);
        const { decision } = sampler.shouldSample(context.active(), TRACE_ID, name, kind, attributes, []);
        assert.equal(
          decision,
          expected ? NOT_RECORD : RECORD_AND_SAMPLED,
          JSON.stringify({ name, kind, attributes }),
        );
        seen[expected ? 'dropped' : 'kept']++;
      }
      assert.ok(seen.kept > 10_000 && seen.dropped > 10_000);
      const { itemsDropped, itemsFailed, calls } = sampler.stats;
      assert.deepEqual([itemsDropped, itemsFailed], [seen.dropped, {}]);
      assert.ok(isExpected(calls, 100_000), String(calls));
    });
  }
});
