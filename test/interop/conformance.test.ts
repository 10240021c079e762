import assert from 'node:assert/strict';
import type { Signal } from '../../src/abi/signal';
import { checkGuest } from '../../src/conformance';
import { guestPath, needs } from './guests';

const drop = { drop: [{ attribute: 'url.path', equals: '/healthz' }] };
const ticks = { intervalMillis: 10 };

/** Collector processors take seconds a signal: one is enough. */
const guests: Readonly<Record<string, { pluginConfig: unknown; signal?: Signal }>> = {
  'c/filter': { pluginConfig: drop },
  'c/filter-0.1.0': { pluginConfig: drop },
  'c/ticker': { pluginConfig: ticks },
  'rust/filter': { pluginConfig: drop },
  'rust/filter-0.1.0': { pluginConfig: drop },
  'rust/uptime': { pluginConfig: ticks },
  'go/slicefilter': { pluginConfig: drop },
  'go/heartbeat': { pluginConfig: ticks },
  'go/stdout': { pluginConfig: null, signal: 'metrics' },
  'go/attributes': {
    pluginConfig: { actions: [{ key: 'env', value: 'prod', action: 'upsert' }] },
    signal: 'traces',
  },
  'go/filter': { pluginConfig: { metrics: { metric: ['name == "absent"'] } }, signal: 'metrics' },
  'go/redaction': { pluginConfig: { allow_all_keys: true, blocked_values: ['4[0-9]{15}'] }, signal: 'logs' },
  'go/transform': {
    pluginConfig: { trace_statements: ['set(span.attributes["env"], "prod")'] },
    signal: 'traces',
  },
};

/** What Go guests may be warned of: pdata knows the fields of its version, and the collector of garbage takes its time. */
const WARNED_IN_GO = ['keeps unknown fields', 'uses a steady amount of memory over many batches'];

describe('conformance of guests in several languages', function () {
  for (const [name, options] of Object.entries(guests)) {
    it(name, function () {
      needs(this, name);
      const { parts } = checkGuest(guestPath(name), { ...options, guestTimeoutMillis: 30_000 });
      assert.ok(parts.length > 1);
      const allowed = name.startsWith('go/') ? WARNED_IN_GO : [];
      const bad = parts
        .flatMap(({ results }) => results)
        .filter(
          result =>
            result.verdict === 'fail' || (result.verdict === 'warn' && !allowed.includes(result.name)),
        );
      assert.deepEqual(bad, []);
    });
  }
});
