import assert from 'node:assert/strict';
import {
  type Attributes,
  createTraceState,
  type Span,
  type SpanKind,
  SpanStatusCode,
  type Tracer,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ConsoleSpanExporter,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { type Guests, WasmSpanMutator, type WasmSpanMutatorOptions } from '../../../src';
import { GuestInstance, type GuestSource, loadGuest } from '../../../src/guest';
import { decodeTraces, encodeTraces } from '../../../src/otlp';
import { compileRules } from '../../../src/rules';
import { built } from '../../support/built';
import { captureDiag } from '../../support/diagLines';
import { guest, guestWith } from '../../support/guests';
import { field, times } from '../../support/protobuf';
import { seeded } from '../../support/seeded';
import { exampleGuest } from '../guestFor';

/** A call is stopped by the wall clock, and these tests must not depend on it. */
const NO_HURRY = { guestTimeoutMillis: 60_000, startTimeoutMillis: 60_000 };
const REDACT = { keys: ['*secret*'], remove: ['gone.*'] };

describe('WasmSpanMutator', function () {
  this.timeout(60_000);
  const lines = captureDiag();
  const providers: BasicTracerProvider[] = [];
  before(() => built('filter', 'redact'));
  afterEach(() => Promise.all(providers.splice(0).map(provider => provider.shutdown())));

  function create(guests: Guests, options: WasmSpanMutatorOptions = {}): WasmSpanMutator {
    return new WasmSpanMutator(guests, { ...NO_HURRY, ...options });
  }

  function tracerOf(...spanProcessors: SpanProcessor[]): Tracer {
    const resource = resourceFromAttributes({ 'service.name': 'test' });
    const provider = new BasicTracerProvider({ resource, spanProcessors });
    providers.push(provider);
    return provider.getTracer('test', '1.0.0');
  }

  /** What an exporter sees that exports at once, whichever its place. */
  function seen(mutator: WasmSpanMutator, record: (tracer: Tracer) => void): ReadableSpan[] {
    const exporter = new InMemorySpanExporter();
    record(tracerOf(new SimpleSpanProcessor(exporter), mutator));
    return exporter.getFinishedSpans();
  }

  /** A guest that makes a span of these fields of any span. */
  function returning(...fields: Uint8Array[]): Promise<Uint8Array> {
    const bytes = field(1, field(2, field(2, Buffer.concat(fields))));
    const text = Array.from(bytes, byte => `\\${byte.toString(16).padStart(2, '0')}`).join('');
    return guestWith({
      imports: '(import "otelwasm" "set_result_traces" (func $result (param i32 i32)))',
      alloc: '(func (export "alloc") (param i32) (result i32) (i32.const 80000))',
      consume: `(func (export "consume_traces") (param i32 i32) (result i32)
        (call $result (i32.const 0) (i32.const ${bytes.length})) (i32.const 0))`,
      memory: '(memory (export "memory") 4)',
      more: `(data (i32.const 0) "${text}")`,
    });
  }

  for (const [what, fields, said] of [
    ['more than 64 KiB', [field(5, times(66_000, 0x61))], /at most \d+ are allowed/],
    ['2,000 links', [times(2_000, 0x6a, 0)], /too many to decode/],
    ['30,000 fields', [times(30_000, 0x50, 0)], /too many to decode/],
  ] as const)
    it(`counts ${what} as a failure of the guest`, async () => {
      const mutator = create(await returning(...fields));
      const [span] = seen(mutator, tracer => tracer.startSpan('GET').end());
      assert.deepEqual([span.name, span.links], ['stripped', []]);
      assert.deepEqual(mutator.stats.itemsFailed, { GUEST_OUTPUT: 1 });
      assert.match(lines.join(), said);
    });

  it('leaves a span unchanged under passthrough when the guest made it too large', async () => {
    const mutator = create(await returning(field(5, times(66_000, 0x61))), { onError: 'passthrough' });
    const [span] = seen(mutator, tracer => tracer.startSpan('GET').end());
    assert.equal(span.name, 'GET');
    assert.deepEqual(mutator.stats.errors, { GUEST_OUTPUT: 1 });
  });

  it('accepts a span of nearly 64 KiB with 200 links', async () => {
    const mutator = create(await returning(field(5, times(60_000, 0x61)), times(200, 0x6a, 0)));
    const [span] = seen(mutator, tracer => tracer.startSpan('GET').end());
    assert.deepEqual([span.name.length, span.links.length], [60_000, 200]);
  });

  it('returns any unchanged span, however large', async () => {
    const mutator = create(await guest('echoes'));
    const [span] = seen(mutator, tracer => {
      const span = tracer.startSpan('GET', { attributes: { nulls: Array(20_000).fill(null) } });
      for (let index = 0; index < 128; index++) span.addEvent('e', { text: 'x'.repeat(3_000), list: [1, 2] });
      span.end();
    });
    assert.deepEqual(mutator.stats.itemsFailed, {});
    assert.equal(span.events.length, 128);
  });

  it('changes what a BatchSpanProcessor and a ConsoleSpanExporter of the same provider export', async () => {
    const batched = new InMemorySpanExporter();
    const batches = new BatchSpanProcessor(batched);
    const mutator = create(exampleGuest('redact'), { pluginConfig: REDACT });
    const printed: string[] = [];
    const { dir } = console;
    console.dir = (...values: unknown[]) => void printed.push(JSON.stringify(values));
    try {
      const tracer = tracerOf(new SimpleSpanProcessor(new ConsoleSpanExporter()), batches, mutator);
      const span = tracer.startSpan('GET', { attributes: { 'my.secret': 's3cret', 'url.path': '/' } });
      span.addEvent('event', { 'a.secret': 's3cret' });
      span.addLink({ context: span.spanContext(), attributes: { 'the.secret': 's3cret' } });
      span.setAttribute('gone.by', 's3cret');
      span.end();
    } finally {
      console.dir = dir;
    }
    await batches.forceFlush();
    const [span] = batched.getFinishedSpans();
    assert.deepEqual(span.attributes, { 'my.secret': '***', 'url.path': '/' });
    assert.deepEqual(span.events[0].attributes, { 'a.secret': '***' });
    assert.deepEqual(span.links[0].attributes, { 'the.secret': '***' });
    assert.equal(printed.length, 1);
    assert.match(printed[0], /\*\*\*/);
    assert.doesNotMatch(printed[0], /s3cret/);
  });

  it('changes name, status and kind-independent fields by rules of a Collector', () => {
    const mutator = create(
      compileRules({
        transform: {
          trace_statements: [
            'set(span.name, "users")',
            'set(span.status.code, STATUS_CODE_UNSET)',
            'set(span.status.message, "")',
          ],
        },
      }),
    );
    const [span] = seen(mutator, tracer => {
      const span = tracer.startSpan('GET /users/7');
      span.setStatus({ code: SpanStatusCode.ERROR, message: 'user 7 is gone' });
      span.end();
    });
    assert.equal(span.name, 'users');
    assert.deepEqual(span.status, { code: SpanStatusCode.UNSET });
  });

  describe('a span that the guest drops', () => {
    const drop = (options: WasmSpanMutatorOptions) =>
      seen(create(exampleGuest('filter'), { pluginConfig: { drop: ['/healthz'] }, ...options }), tracer =>
        tracer.startSpan('GET', { attributes: { 'url.path': '/healthz' } }).end(),
      );

    it('is stripped by default', () => {
      const [span] = drop({});
      assert.equal(span.name, 'stripped');
      assert.deepEqual(span.attributes, { 'otelwasm.stripped': 'dropped' });
    });
    it('is not exported by the SDK with unsample', () => assert.deepEqual(drop({ dropped: 'unsample' }), []));
    it('is unchanged with keep', () => {
      assert.deepEqual(drop({ dropped: 'keep' })[0].attributes, { 'url.path': '/healthz' });
    });
  });

  describe('a guest that fails', () => {
    for (const name of ['TRAP', 'EXIT', 'REFU', 'GARB', 'GROW']) {
      it(`${name}: leaks nothing that may be a secret`, async () => {
        const mutator = create(await guest('obeysSpanNames'));
        const [span] = seen(mutator, tracer => fullSpan(tracer, name).end());
        const { traceId, spanId } = span.spanContext();
        const left = JSON.stringify([span.name, span.attributes, span.events, span.links, span.status]);
        assert.doesNotMatch(left, /s3cret/);
        assert.ok(traceId.length === 32 && spanId.length === 16 && span.endTime[0] > 0);
        const failed = Object.entries(mutator.stats.itemsFailed);
        assert.deepEqual(failed, [[span.attributes['otelwasm.stripped'], 1]]);
      });
    }

    it('leaves spans unchanged with onError passthrough', async () => {
      const mutator = create(await guest('obeysSpanNames'), { onError: 'passthrough' });
      const [span] = seen(mutator, tracer => fullSpan(tracer, 'TRAP').end());
      assert.equal(span.attributes['my.secret'], 's3cret');
      assert.deepEqual(mutator.stats.errors, { GUEST_TRAP: 1 });
    });

    it('strips spans while it is down', async () => {
      const mutator = create(await guest('obeysSpanNames'), {
        restart: { initialDelayMillis: 3_600_000, maxDelayMillis: 3_600_000 },
      });
      const spans = seen(mutator, tracer => {
        for (const name of ['TRAP', 'TRAP', 'fine']) fullSpan(tracer, name).end();
      });
      assert.equal(spans[2].attributes['otelwasm.stripped'], 'GUEST_DOWN');
    });
  });

  it('strips spans that end after its shutdown', async () => {
    const mutator = create(await guest('unchanged'));
    await mutator.shutdown();
    const [span] = seen(mutator, tracer => fullSpan(tracer, 'late').end());
    assert.deepEqual(span.attributes, { 'otelwasm.stripped': 'SHUTDOWN' });
  });

  it('strips a span that cannot be encoded', async () => {
    const mutator = create(await guest('unchanged'));
    const [span] = seen(mutator, tracer => {
      const span = fullSpan(tracer, 'odd');
      (span as unknown as { events: unknown }).events = [undefined];
      span.end();
    });
    assert.deepEqual(span.attributes, { 'otelwasm.stripped': 'ENCODE' });
  });

  it('works in onEnd with an SDK without onEnding, and logs that once', async () => {
    const exporter = new InMemorySpanExporter();
    const mutator = create(exampleGuest('redact'), { pluginConfig: REDACT });
    const old: SpanProcessor = {
      onStart: () => undefined,
      onEnd: span => mutator.onEnd(span),
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    };
    const tracer = tracerOf(old, new SimpleSpanProcessor(exporter));
    for (let i = 0; i < 3; i++) fullSpan(tracer, 'span').end();
    for (const { attributes } of exporter.getFinishedSpans()) assert.equal(attributes['my.secret'], '***');
    assert.equal(lines.filter(line => line.includes('onEnding')).length, 1);
  });

  it('changes spans of SDKs with and without onEnding', () => {
    const exporter = new InMemorySpanExporter();
    const mutator = create(exampleGuest('redact'), { pluginConfig: REDACT });
    const old = {
      onStart: () => undefined,
      onEnd: (span: ReadableSpan) => mutator.onEnd(span),
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    };
    const tracers = [
      tracerOf(mutator, new SimpleSpanProcessor(exporter)),
      tracerOf(old, new SimpleSpanProcessor(exporter)),
    ];
    for (const tracer of [...tracers, ...tracers]) fullSpan(tracer, 'span').end();
    const secrets = exporter.getFinishedSpans().map(({ attributes }) => attributes['my.secret']);
    assert.deepEqual(secrets, ['***', '***', '***', '***']);
    assert.equal(mutator.stats.itemsIn, 4);
  });

  // SDK 2.0 does not copy what `addLink` gets.
  for (const [name, left] of [
    ['a link of the app that is frozen and in many spans is left alone', { 'my.secret': '***' }],
    ['and stripped from a span that the guest failed on', {}],
  ] as const) {
    it(name, async () => {
      const context = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 1 };
      const link = Object.freeze({ context, attributes: Object.freeze({ 'my.secret': 's3cret' }) });
      const guests = name.startsWith('and')
        ? await guest('traps')
        : { guest: exampleGuest('redact'), pluginConfig: REDACT };
      const [span] = seen(create(guests), tracer => {
        const span = tracer.startSpan('span');
        (span as unknown as ReadableSpan).links.push(link);
        span.end();
      });
      assert.deepEqual(span.links[0].attributes, left);
      assert.deepEqual(span.links[0].context, context);
      assert.equal(link.attributes['my.secret'], 's3cret');
    });
  }

  it('passes the detected part of a resource and logs no error for the rest', async () => {
    const rules = compileRules({
      transform: {
        trace_statements: ['set(span.attributes["of"], resource.attributes["service.name"])'],
      },
    });
    const resource = resourceFromAttributes({
      'service.name': 'test',
      'host.id': new Promise<string>(resolve => setImmediate(() => resolve('h'))),
    });
    const exporter = new InMemorySpanExporter();
    const spanProcessors = [create(rules), new BatchSpanProcessor(exporter)];
    const provider = new BasicTracerProvider({ resource, spanProcessors });
    providers.push(provider);
    provider.getTracer('test').startSpan('early').end();
    await provider.forceFlush();
    assert.equal(exporter.getFinishedSpans()[0].attributes.of, 'test');
    assert.ok(!lines.some(line => line.includes('async attributes')), lines.join());
  });

  it('rejects invalid options', async () => {
    const any = await guest('unchanged');
    assert.throws(() => new WasmSpanMutator(any, { dropped: 'remove' } as never), /dropped is "remove"/);
    assert.throws(() => new WasmSpanMutator(any, { isolation: 'worker' } as never), /does not exist/);
    assert.throws(() => new WasmSpanMutator(any, { onError: 'keep' } as never), /onError is "keep"/);
  });

  describe('any span', () => {
    const RULES = compileRules({
      transform: {
        trace_statements: [
          'set(span.name, Concat([span.name, "changed"], " ")) where span.attributes["a"] != nil',
          'set(span.status.code, STATUS_CODE_ERROR) where span.attributes["b"] == 1',
          'set(span.status.message, "by rule") where span.attributes["b"] == 2',
          'delete_key(span.attributes, "b") where span.attributes["a"] == "x"',
          'set(span.attributes["new"], [1, 2]) where span.attributes["c"] != nil',
          'set(span.kind, SPAN_KIND_CLIENT)',
        ],
      },
    });
    const cases: [string, GuestSource, unknown][] = [
      ['rules', RULES, null],
      ['redact', exampleGuest('redact'), { keys: ['a', 'e*'], remove: ['b', 'l*'] }],
    ];
    for (const [name, source, pluginConfig] of cases) {
      it(`has the guest's values in every mutable field, and its own in the others: ${name}`, () => {
        const oracle = oracleOf(source, pluginConfig);
        const mutator = create(source, { pluginConfig });
        const random = seeded(7);
        const before: Uint8Array[] = [];
        const watcher: SpanProcessor = {
          onStart: () => undefined,
          onEnding: span => void before.push(encodeTraces([span])),
          onEnd: () => undefined,
          forceFlush: () => Promise.resolve(),
          shutdown: () => Promise.resolve(),
        };
        const exporter = new InMemorySpanExporter();
        const tracer = tracerOf(watcher, mutator, new SimpleSpanProcessor(exporter));
        for (let i = 0; i < 2_000; i++) randomSpan(tracer, random).end();
        const after = exporter.getFinishedSpans();
        assert.equal(after.length, 2_000);
        after.forEach((span, index) => {
          const [was] = decodeTraces(before[index]);
          const [wanted] = decodeTraces(oracle(before[index]));
          const [is] = decodeTraces(encodeTraces([span]));
          assert.deepEqual(changeable(is), changeable(wanted), `span ${index}`);
          assert.deepEqual(fixed(is), fixed(was), `span ${index}`);
        });
        assert.deepEqual(mutator.stats.itemsFailed, {});
      });
    }
  });
});

const changeable = ({ name, status, attributes, events, links }: ReadableSpan): object => ({
  name,
  status,
  attributes,
  events: events.map(({ time, name, attributes }) => ({ time, name, attributes })),
  links: links.map(link => ({ ...link.context, attributes: link.attributes })),
});

const fixed = ({ kind, startTime, endTime, instrumentationScope, ...span }: ReadableSpan): object => ({
  ...{ kind, startTime, endTime, instrumentationScope, resource: span.resource.attributes },
  ...{ context: span.spanContext(), parent: span.parentSpanContext },
  counts: [span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount],
});

function oracleOf(source: GuestSource, pluginConfig: unknown): (bytes: Uint8Array) => Uint8Array {
  const maxMemoryBytes = 2 ** 28;
  const instance = new GuestInstance(loadGuest(source, 'processor', 'traces', maxMemoryBytes), {
    ...{ role: 'processor', signal: 'traces', guestTimeoutMillis: 0, maxMemoryBytes, log: () => undefined },
    pluginConfigJson: JSON.stringify(pluginConfig),
  });
  instance.start();
  return bytes => {
    const outcome = instance.consume(bytes);
    return outcome.status === 'changed' ? Uint8Array.from(outcome.bytes) : bytes;
  };
}

function fullSpan(tracer: Tracer, name: string): Span {
  const span = tracer.startSpan(name, { attributes: { 'my.secret': 's3cret' } });
  span.addEvent('s3cret event', { text: 's3cret' });
  span.addLink({ context: span.spanContext(), attributes: { text: 's3cret' } });
  return span.setStatus({ code: SpanStatusCode.ERROR, message: 's3cret' });
}

function randomSpan(tracer: Tracer, random: (limit: number) => number): Span {
  const pick = <T>(values: readonly T[]): T => values[random(values.length)];
  const value = () =>
    pick<unknown>(['x', 'ä', '', 0, 1, 2, -3, 0.5, 2 ** 52, true, false, [], ['x', 'y'], [1, 2.5], [true]]);
  const attributes = (keys: readonly string[]): Attributes =>
    Object.fromEntries(keys.filter(() => random(2) === 0).map(key => [key, value()])) as Attributes;
  const context = () => ({
    traceId: String(random(1e9)).padStart(32, 'a'),
    spanId: String(random(1e9)).padStart(16, 'b'),
    traceFlags: random(2),
    traceState: random(3) === 0 ? createTraceState('vendor=1') : undefined,
  });
  const span = tracer.startSpan(pick(['GET', '', 'ä span']), {
    kind: random(5) as SpanKind,
    attributes: attributes(['a', 'b', 'c', 'd', '__proto__x', 'constructor']),
    links: Array.from({ length: random(3) }, () => ({
      context: context(),
      attributes: attributes(['l1', 'a', 'z']),
    })),
    startTime: 1_700_000_000_000 + random(1e9),
  });
  for (let events = random(4); events > 0; events--)
    span.addEvent(pick(['', 'event', 'exception']), attributes(['e1', 'a', 'z']));
  if (random(2) === 0) span.setStatus({ code: pick([0, 1, 2]), message: pick(['', 'failed']) });
  return span;
}
