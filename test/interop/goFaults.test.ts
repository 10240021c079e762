import assert from 'node:assert/strict';
import { BasicTracerProvider, InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { WasmSpanProcessor } from '../../src';
import { collectorExpected, guestPath, host, needs } from './guests';

const batch = collectorExpected().get('traces')!;

/** What the Go runtime does when a guest goes wrong stays in the guest, and the host says what it was. */
describe('faults of a Go guest', function () {
  before(function () {
    needs(this, 'go/faults');
  });

  const faulty = (fault: string) => {
    const hosted = host('go/faults', { pluginConfig: { fault }, maxMemoryBytes: 64 * 2 ** 20 });
    return { ...hosted, outcome: hosted.instance.consume(batch) };
  };

  for (const [fault, reason] of [
    ['panic', /panic: as configured/],
    ['nil', /panic: runtime error: invalid memory address or nil pointer dereference/],
  ] as const) {
    it(`${fault} in a call fails that call with its reason`, function () {
      const { instance, outcome } = faulty(fault);
      assert.equal(outcome.status, 'refused');
      assert.equal(outcome.error.code, 'GUEST_STATUS');
      assert.match(outcome.error.message, reason);
      assert.equal(instance.death, undefined);
      const large = Buffer.concat(new Array<Uint8Array>(50).fill(batch)); // repeated fields: a batch of 50
      for (let i = 0; i < 500; i++) instance.consume(large);
      assert.ok(instance.memoryBytes <= 24 * 2 ** 20, `${instance.memoryBytes} bytes: payloads stay pinned`);
    });
  }

  for (const [fault, line] of [
    ['goroutinePanic', /panic: as configured/],
    ['goroutineNil', /nil pointer dereference/],
    ['deadlock', /all goroutines are asleep - deadlock!/],
    ['memory', /out of memory/],
    ['recursion', /out of memory/],
  ] as const) {
    it(`${fault} traps, and the log has the message of the Go runtime`, function () {
      const { instance, outcome, lines } = faulty(fault);
      assert.equal(outcome.status, 'failed');
      assert.equal(outcome.error.code, 'GUEST_TRAP');
      assert.equal(instance.death, outcome.error);
      assert.match(lines.join('\n'), line);
      assert.equal(instance.consume(batch).status, 'failed');
    });
  }

  it('os.Exit is an exit with its code', function () {
    const { outcome } = faulty('exit');
    assert.equal(outcome.status, 'failed');
    assert.equal(outcome.error.code, 'GUEST_EXIT');
    assert.match(outcome.error.message, /\b3\b/);
  });

  it('rejects an unknown fault at start', function () {
    assert.throws(() => host('go/faults', { pluginConfig: { fault: 'fire' } }), {
      code: 'START_FAILED',
      message: /fault: "fire", allowed are collect, deadlock/,
    });
  });
});

/** The same faults as an app meets them: behind an adapter, on its own thread and on another. */
describe('faults of a Go guest inside an app', function () {
  before(function () {
    needs(this, 'go/faults');
  });

  for (const [fault, code] of [
    ['panic', 'GUEST_STATUS'],
    ['nil', 'GUEST_STATUS'],
    ['goroutinePanic', 'GUEST_TRAP'],
    ['deadlock', 'GUEST_TRAP'],
    ['memory', 'GUEST_TRAP'],
    ['exit', 'GUEST_EXIT'],
  ] as const) {
    for (const isolation of ['inline', 'worker'] as const) {
      it(`${fault}, ${isolation}: counts both batches as ${code}, sends and throws nothing`, async function () {
        const exporter = new InMemorySpanExporter();
        const processor = new WasmSpanProcessor(guestPath('go/faults'), {
          pluginConfig: { fault },
          exporter,
          isolation,
          maxMemoryBytes: 64 * 2 ** 20,
          startTimeoutMillis: 60_000,
          guestTimeoutMillis: 60_000,
        });
        const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('shop');
        await processor.ready();
        for (let batch = 0; batch < 2; batch++) {
          tracer.startSpan('GET /').end();
          await processor.forceFlush();
          await processor.ready();
        }
        const { itemsIn, itemsFailed, restarts } = processor.stats;
        assert.deepEqual({ itemsIn, itemsFailed }, { itemsIn: 2, itemsFailed: { [code]: 2 } });
        assert.equal(restarts > 0, code !== 'GUEST_STATUS');
        assert.deepEqual(exporter.getFinishedSpans(), []);
        await processor.shutdown();
      });
    }
  }
});

describe('a Go guest that collects garbage in every call', function () {
  before(function () {
    needs(this, 'go/faults');
  });

  it('returns correct results without growing memory over 10,000 batches', function () {
    const { instance } = host('go/faults', { pluginConfig: { fault: 'collect' } });
    const right = instance.consume(batch);
    assert.equal(right.status, 'changed');
    const mark: number[] = [];
    for (let i = 0; i < 10_000; i++) {
      const outcome = instance.consume(batch);
      assert.ok(
        outcome.status === 'changed' && Buffer.compare(outcome.bytes, right.bytes) === 0,
        `batch ${i}`,
      );
      if (i % 1_000 === 0) mark.push(instance.memoryBytes);
    }
    assert.equal(mark.at(-1), mark[2], mark.join());
  });

  it('does not grow memory without explicit collections', function () {
    const { instance } = host('go/faults', { pluginConfig: { fault: 'none' } });
    for (let i = 0; i < 2_000; i++) instance.consume(batch);
    const settled = instance.memoryBytes;
    for (let i = 0; i < 10_000; i++) instance.consume(batch);
    assert.ok(instance.memoryBytes <= settled + 2 ** 22, `${settled}, then ${instance.memoryBytes} bytes`);
  });
});
