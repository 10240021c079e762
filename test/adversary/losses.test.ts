import assert from 'node:assert/strict';
import { BatchSpanProcessor, InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { WasmSpanProcessor } from '../../src';
import { guest } from '../support/guests';
import { endSpans, names, tracerFor, tracesOf } from '../support/spans';
import { piped } from '../pipeline/piped';
import { owned } from '../../src/abi';

describe('losses', () => {
  for (const isolation of ['inline', 'worker'] as const) {
    it(`${isolation}: 511 of 512 spans arrive in order when one is poisonous`, async () => {
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

  it('without failures, drops nothing that BatchSpanProcessor would not drop, at any pace', async function () {
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
});
