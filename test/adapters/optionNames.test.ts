import assert from 'node:assert/strict';
import { WasmLogRecordProcessor, WasmMetricProcessor, WasmSpanProcessor } from '../../src';
import { SINK_OPTION_NAMES, type SinkOptions } from '../../src/pipeline';
import { RECEIVER_OPTION_NAMES, type ReceiverOptions } from '../../src/adapters/receivers';

describe('option names', () => {
  for (const Processor of [WasmSpanProcessor, WasmMetricProcessor, WasmLogRecordProcessor]) {
    it(`${Processor.name} lists each of its options once`, () => {
      const options = { exportTimeoutMilis: 5 } as object;
      assert.throws(
        () => new Processor('filter.wasm', options),
        ({ message }: Error) => {
          const [, names = ''] =
            /^option "exportTimeoutMilis" does not exist: allowed are (.*)$/.exec(message) ?? [];
          const allowed = names.split(', ');
          assert.ok(allowed.includes('exportTimeoutMillis'), message);
          assert.deepEqual(allowed, [...new Set(allowed)]);
          return true;
        },
      );
    });
  }

  it('are typed by the options, so that unknown names do not compile', () => {
    const receivers: readonly (keyof ReceiverOptions | 'exporter')[] = RECEIVER_OPTION_NAMES;
    const sinks: readonly (keyof SinkOptions | 'exporter')[] = SINK_OPTION_NAMES;
    assert.ok(sinks.every(name => receivers.includes(name)));
  });
});
