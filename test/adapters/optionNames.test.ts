import assert from 'node:assert/strict';
import { WasmLogRecordProcessor, WasmMetricProcessor, WasmSpanProcessor } from '../../src';
import { SINK_OPTION_NAMES, type SinkOptions } from '../../src/pipeline';
import { RECEIVER_OPTION_NAMES, type ReceiverOptions } from '../../src/adapters/receivers';

describe('an option that does not exist', () => {
  for (const Processor of [WasmSpanProcessor, WasmMetricProcessor, WasmLogRecordProcessor]) {
    it(`${Processor.name} names each that does, once`, () => {
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

  it('cannot be in the lists of names either: they are typed by the options', () => {
    const receivers: readonly (keyof ReceiverOptions | 'exporter')[] = RECEIVER_OPTION_NAMES;
    const sinks: readonly (keyof SinkOptions | 'exporter')[] = SINK_OPTION_NAMES;
    assert.ok(sinks.every(name => receivers.includes(name)));
  });
});
