import assert from 'node:assert/strict';
import { WasmLogRecordProcessor, WasmMetricProcessor, WasmSpanProcessor } from '../../src';

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
});
