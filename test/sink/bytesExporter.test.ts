import assert from 'node:assert/strict';
import { WasmSpanProcessor } from '../../src';
import { owned } from '../../src/abi';
import { createBytesExporterSink } from '../../src/sink';
import { spanNames } from '../support/decodeOtlp';
import { guest } from '../support/guests';
import { endSpans, tracerFor, tracesOf } from '../support/spans';

describe('an exporter for bytes', () => {
  it('gets the bytes of the guest and is flushed and shut down with the adapter', async () => {
    const heard: string[] = [];
    const processor = new WasmSpanProcessor(await guest('obeysSpanNames'), {
      exporter: {
        exportBytes: async bytes => void heard.push(...spanNames(bytes)),
        forceFlush: async () => void heard.push('flushed'),
        shutdown: async () => void heard.push('shut down'),
      },
    });
    endSpans(tracerFor(processor), ['a', 'b TRAP', 'c']);
    await processor.forceFlush();
    await processor.shutdown();
    assert.deepEqual(heard, ['a', 'c', 'flushed', 'shut down']);
    assert.equal(processor.stats.itemsOut, 2);
  });

  it('needs only exportBytes(); rejected items are counted', async () => {
    const processor = new WasmSpanProcessor(await guest('unchanged'), {
      exporter: { exportBytes: () => Promise.reject(new Error('disk full')) },
    });
    endSpans(tracerFor(processor), ['a', 'b']);
    await assert.rejects(processor.forceFlush(), { code: 'EXPORT_FAILED', message: /disk full/ });
    await processor.shutdown();
    assert.deepEqual(processor.stats.itemsFailed, { EXPORT_FAILED: 2 });
  });

  it('keeps its bytes valid until its promise settles', async () => {
    let [released, settle] = [false, (): void => undefined];
    const sink = createBytesExporterSink({ exportBytes: () => new Promise(resolve => (settle = resolve)) });
    const sent = sink.send({ ...owned(tracesOf('a')), release: () => (released = true) });
    await new Promise(setImmediate);
    assert.equal(released, false);
    settle();
    assert.deepEqual(await sent, { status: 'sent' });
    assert.equal(released, true);
  });
});
