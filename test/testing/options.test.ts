import assert from 'node:assert/strict';
import { openGuest, recordMetrics, type TestGuestOptions } from '../../src/testing';
import { guestFor } from '../adapters/guestFor';

describe('the test kit', () => {
  it('checks options like adapters', async () => {
    const bytes = await guestFor('traces', 'unchanged');
    for (const [options, message] of [
      [{ plugin_config: {} }, /option "plugin_config" does not exist: allowed are pluginConfig/],
      [{ pluginConfig: new Map() }, /pluginConfig is Map/],
      [{ guestTimeoutMillis: 0 }, /guestTimeoutMillis is 0: allowed/],
      [{ wasi: { files: '/' } }, /option "files" does not exist/],
      [null, /options is null/],
    ] as const) {
      assert.throws(() => openGuest('traces', bytes, options as TestGuestOptions), {
        code: 'INVALID_OPTION',
        message,
      });
    }
  });

  it('rejects invalid data with a description of the problem', async () => {
    const guest = openGuest('metrics', await guestFor('metrics', 'unchanged'));
    const recorded = recordMetrics(meter => meter.createCounter('a').add(1));
    for (const [data, message] of [
      [recorded, /the data is a Promise: .*await it/],
      [undefined, /the data is undefined: allowed are bytes/],
      [{ resourceSpans: [] }, /the data is \{ resourceSpans.*an object with resourceMetrics/],
      [7, /the data is 7/],
    ] as const) {
      assert.throws(() => guest.consume(data as never), { code: 'INVALID_OPTION', message });
    }
    assert.equal(guest.consume(await recorded).count, 1);
  });
});
