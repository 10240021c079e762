import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkStructure, countItems, decodeTraces, encodeTraces } from '../../src/otlp';
import { spans } from './arbitraries';

describe('traces', () => {
  it('survive encoding and decoding', () => {
    fc.assert(
      fc.property(spans, given => {
        const bytes = encodeTraces(given);
        checkStructure('traces', bytes, 'items');
        assert.equal(countItems('traces', bytes), given.length);
        assert.deepEqual(Buffer.from(encodeTraces(decodeTraces(bytes))), Buffer.from(bytes));
      }),
    );
  });
});
