import assert from 'node:assert/strict';
import { comparable } from '../support/outcome';
import { collectorCases, collectorExpected, host, needs } from './guests';

/** OTTL and the other processors of the Collector, as guests, answer what they answer natively, byte for byte. */
describe('processors of the Collector as guests', function () {
  const expected = collectorExpected();

  for (const { name, processor, signal, config } of collectorCases()) {
    it(name, function () {
      needs(this, `go/${processor}`);
      const { instance } = host(`go/${processor}`, { signal, pluginConfig: config });
      const outcome = instance.consume(expected.get(signal)!);
      assert.equal(outcome.status, 'changed', JSON.stringify(outcome));
      assert.deepEqual(Buffer.from(outcome.bytes), Buffer.from(expected.get(name)!));
      assert.equal(instance.shutdown(), undefined);
    });
  }

  it('keep state between batches', function () {
    needs(this, 'go/transform');
    const pluginConfig = { trace_statements: ['set(span.name, Concat([span.name, "x"], ""))'] };
    const { instance } = host('go/transform', { pluginConfig });
    const next = (): object => comparable(instance.consume(expected.get('traces')!));
    const first = next();
    for (let i = 0; i < 20; i++) assert.deepEqual(next(), first);
  });

  it('report what is wrong with a statement at start', function () {
    needs(this, 'go/transform');
    const pluginConfig = { trace_statements: ['set(span.attributes["x"'] };
    assert.throws(() => host('go/transform', { pluginConfig }), {
      code: 'START_FAILED',
      message: /statement has invalid syntax/,
    });
  });

  it('report what is wrong with a configuration at start', function () {
    needs(this, 'go/attributes');
    const pluginConfig = { actions: [{ key: 'a', action: 'inspect' }] };
    assert.throws(() => host('go/attributes', { pluginConfig }), {
      code: 'START_FAILED',
      message: /unsupported action/,
    });
  });

  const failing = {
    trace_statements: ['set(span.attributes["x"], ParseJSON(span.name)) where span.name == "job"'],
  };

  it('reject a batch when a statement fails, and accept the next', function () {
    needs(this, 'go/transform');
    const { instance } = host('go/transform', { pluginConfig: { ...failing, error_mode: 'propagate' } });
    const outcome = instance.consume(expected.get('traces')!);
    assert.equal(outcome.status, 'refused');
    assert.match(outcome.error.message, /ParseJSON/);
    assert.equal(instance.death, undefined);
  });

  it('log ignored errors to the host', function () {
    needs(this, 'go/transform');
    const { instance, lines } = host('go/transform', { pluginConfig: { ...failing, error_mode: 'ignore' } });
    assert.equal(instance.consume(expected.get('traces')!).status, 'changed');
    assert.match(lines.join('\n'), /^warn .*ParseJSON/);
  });
});
