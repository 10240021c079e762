import assert from 'node:assert/strict';
import { BatchSpanProcessor, InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { WasmSpanProcessor } from '../../src';
import { GuestInstance, loadGuest } from '../../src/guest';
import { guest, guestWith } from '../support/guests';
import { endSpans, names, tracerFor, tracesOf } from '../support/spans';
import { piped } from '../pipeline/piped';
import { owned } from '../../src/abi';

const MEBIBYTE = 2 ** 20;

describe('what was promised', () => {
  for (const isolation of ['inline', 'worker'] as const) {
    it(`${isolation}: of 512 spans, one of them poisonous, 511 arrive in their order`, async () => {
      const { pipeline, sink } = piped(await guest('obeysSpanNames'), { isolation });
      const all = names(512).map((name, index) => (index === 300 ? `${name} TRAP` : name));
      await pipeline.send(owned(tracesOf(...all)));
      await pipeline.shutdown();
      assert.deepEqual(
        sink.names,
        all.filter(name => !name.endsWith('TRAP')),
      );
      assert.deepEqual(pipeline.stats.itemsFailed, { GUEST_TRAP: 1 });
    }).timeout(60_000);
  }

  it('without a fault nothing is dropped that BatchSpanProcessor would not drop, at any pace', async function () {
    this.retries(2); // The two take turns on timers: other processes may hold one of them up.
    for (const [bursts, burst] of [
      [1, 2_048],
      [40, 100],
      [6, 2_000],
    ]) {
      const [stock, behind] = [new InMemorySpanExporter(), new InMemorySpanExporter()];
      const stockProcessor = new BatchSpanProcessor(stock);
      const processor = new WasmSpanProcessor(await guest('echoes'), { exporter: behind });
      const tracer = tracerFor(stockProcessor, processor);
      for (let sent = 0; sent < bursts; sent++) {
        endSpans(tracer, names(burst));
        await new Promise(resolve => setImmediate(resolve));
      }
      await Promise.all([stockProcessor.forceFlush(), processor.forceFlush()]);
      const [expected, found] = [stock, behind].map(exporter => exporter.getFinishedSpans().length);
      assert.ok(found >= expected, `${found} arrived, ${expected} with the SDK's own processor`);
      await Promise.all([stockProcessor.shutdown(), processor.shutdown()]);
    }
  });

  it('a receiver that emits more than 64 MiB at once is stopped before they are copied', async () => {
    const source = await guestWith({
      imports: '(import "otelwasm" "set_result_traces" (func $set_result (param i32 i32)))',
      memory: '(memory (export "memory") 1040)',
      more: '(func (export "start_traces_receiver") (call $set_result (i32.const 0) (i32.const 67108865)))',
    });
    let emitted = 0;
    const instance = new GuestInstance(loadGuest(source, 'receiver', 'traces', 128 * MEBIBYTE), {
      role: 'receiver',
      signal: 'traces',
      pluginConfigJson: 'null',
      guestTimeoutMillis: 1_000,
      maxMemoryBytes: 128 * MEBIBYTE,
      log: () => undefined,
      emit: () => emitted++,
    });
    instance.start();
    assert.throws(() => instance.runReceiver(), { code: 'GUEST_OUTPUT', message: /67108865 bytes at once/ });
    assert.equal(emitted, 0);
  });
});
