import assert from 'node:assert/strict';
import { Guest, INITIAL_MEMORY_BYTES, loadModule } from '../assembly/harness';
import { attributesOf, LogsData, MetricsData, spansOf, TracesData } from '../assembly/otlp';
import { wasi } from '../assembly/wasi';

type Signal = 'traces' | 'metrics' | 'logs';

/** Runs a receiver for `millis` of its own time; what it emitted, and how long its naps were. */
function run(name: string, signal: Signal, config: unknown, millis: number) {
  const naps: number[] = [];
  const guest = new Guest(loadModule(name), config, g =>
    wasi(g, nap => {
      naps.push(nap);
      if (naps.reduce((sum, n) => sum + n, 0) >= millis) g.shutdownRequested = true;
    }),
  );
  const { status, reason } = guest.start();
  assert.equal(status, 0, reason);
  const { results } = guest.call(`start_${signal}_receiver`);
  assert.equal(guest.shutdown().status, 0);
  return { batches: results, naps, guest };
}

const startReason = (name: string, config: unknown) =>
  new Guest(loadModule(name), config, wasi).start().reason;

describe('guest heartbeat (AssemblyScript)', () => {
  it('emits a span with random ids per interval until shutdown', () => {
    const config = { name: 'tick', service: 'beat', intervalMillis: 250 };
    const { batches, naps } = run('heartbeat', 'traces', config, 1_000);
    const spans = batches.flatMap(spansOf);
    assert.deepEqual(
      spans.map(s => [s.name, attributesOf(s)['heartbeat.count'], s.kind]),
      [1, 2, 3, 4].map(n => ['tick', n, 1]),
    );
    assert.equal(new Set(spans.map(s => Buffer.from(s.traceId).toString('hex'))).size, 4);
    assert.deepEqual(
      spans.map(s => [s.traceId.length, s.spanId.length]),
      Array(4).fill([16, 8]),
    );
    assert.equal(String(spans[1].startTimeUnixNano), '1700000000250000000');
    const [{ resource, scopeSpans }] = TracesData.decode(batches[0]).resourceSpans;
    assert.deepEqual(attributesOf(resource), { 'service.name': 'beat' });
    assert.equal(scopeSpans[0].scope.name, 'heartbeat');
    assert.ok(
      naps.every(nap => nap <= 100),
      'the guest sleeps too long to notice a shutdown',
    );
  });

  it('emits nothing when shutdown was requested before', () => {
    const guest = new Guest(loadModule('heartbeat'), null, wasi);
    guest.start();
    guest.shutdownRequested = true;
    assert.deepEqual(guest.call('start_traces_receiver').results, []);
  });

  it('does not grow memory over 20,000 spans', () => {
    const { batches, guest } = run('heartbeat', 'traces', { intervalMillis: 1 }, 20_000);
    assert.equal(batches.length, 20_000);
    assert.equal(guest.memory.buffer.byteLength, INITIAL_MEMORY_BYTES);
  });

  it('rejects an invalid interval', () => {
    assert.equal(
      startReason('heartbeat', { intervalMillis: 0 }),
      'pluginConfig.intervalMillis: expected an integer from 1 on, got 0',
    );
  });

  it('exports a receiver but no allocator', () => {
    const names = WebAssembly.Module.exports(loadModule('heartbeat')).map(({ name }) => name);
    assert.ok(names.includes('start_traces_receiver'));
    assert.ok(!names.includes('alloc') && !names.includes('consume_traces'));
  });
});

describe('guest process-gauges (AssemblyScript)', () => {
  it('emits the gauges of its configuration', () => {
    const config = {
      service: 'p',
      intervalMillis: 100,
      gauges: [
        {
          name: 'process.memory',
          unit: 'By',
          description: 'd',
          value: 100,
          step: 10,
          attributes: { state: 'used' },
        },
        { name: 'process.load', value: 0.5 },
      ],
    };
    const { batches } = run('process-gauges', 'metrics', config, 200);
    const points = batches.map(bytes => {
      const [group] = MetricsData.decode(bytes).resourceMetrics;
      assert.deepEqual(attributesOf(group.resource), { 'service.name': 'p' });
      /* eslint-disable-next-line @typescript-eslint/no-explicit-any -- generated messages */
      return group.scopeMetrics[0].metrics.map((m: any) => [
        m.name,
        m.unit,
        m.gauge.dataPoints.map((p: { asDouble: number }) => p.asDouble),
        attributesOf(m.gauge.dataPoints[0]),
      ]);
    });
    assert.deepEqual(points, [
      [
        ['process.memory', 'By', [100], { state: 'used' }],
        ['process.load', '', [0.5], {}],
      ],
      [
        ['process.memory', 'By', [110], { state: 'used' }],
        ['process.load', '', [0.5], {}],
      ],
    ]);
  });

  it('reports what is wrong with a gauge', () => {
    assert.match(startReason('process-gauges', {}) ?? '', /gauges: expected at least one gauge, got nothing/);
    assert.match(
      startReason('process-gauges', { gauges: [{ name: 'x', value: 'y' }] }) ?? '',
      /gauges\[0\].value: expected a number, got "y"/,
    );
  });
});

describe('guest log-lines (AssemblyScript)', () => {
  /* eslint-disable-next-line @typescript-eslint/no-explicit-any -- generated messages */
  const recordsOf = (bytes: Uint8Array): any[] =>
    LogsData.decode(bytes).resourceLogs[0].scopeLogs[0].logRecords;

  it('turns lines into records in batches, then waits for shutdown', () => {
    const config = { lines: ['one', 'ERROR two', 'three ü'], batchSize: 2 };
    const { batches } = run('log-lines', 'logs', config, 3_000);
    assert.deepEqual(
      batches.map(b => recordsOf(b).map(r => [r.body.stringValue, r.severityText])),
      [
        [
          ['one', 'INFO'],
          ['ERROR two', 'ERROR'],
        ],
        [['three ü', 'INFO']],
      ],
    );
  });

  it('repeats the lines with repeat', () => {
    const { batches } = run('log-lines', 'logs', { lines: ['a', 'b'], repeat: true, intervalMillis: 10 }, 50);
    assert.deepEqual(
      batches.flatMap(recordsOf).map(r => r.body.stringValue),
      ['a', 'b', 'a', 'b', 'a'],
    );
  });

  it('reports what is wrong with its lines', () => {
    assert.match(startReason('log-lines', { lines: [1] }) ?? '', /lines\[0\]: expected a string, got 1/);
    assert.match(startReason('log-lines', {}) ?? '', /lines: expected at least one line, got nothing/);
  });
});
