import assert from 'node:assert/strict';
import type { Signal } from '../../src/abi/signal';
import { collectorExpected, host, needs } from './guests';

describe('an exporter in Go', function () {
  for (const signal of ['traces', 'metrics', 'logs'] as Signal[]) {
    it(`writes ${signal} to stdout, one batch per line`, function () {
      needs(this, 'go/stdout');
      const { instance, lines } = host('go/stdout', { role: 'exporter', signal });
      const batch = collectorExpected().get(signal)!;
      assert.equal(instance.consume(batch).status, 'unchanged');
      assert.equal(instance.consume(batch).status, 'unchanged');
      assert.equal(lines.length, 2);
      assert.match(lines[0], /^info .*"shop"/);
    });
  }
});
