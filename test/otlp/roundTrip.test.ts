import assert from 'node:assert/strict';
import {
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import fc from 'fast-check';
import type { Signal } from '../../src/abi/signal';
import {
  checkStructure,
  countItems,
  decodeLogs,
  decodeMetrics,
  decodeTraces,
  encodeLogs,
  encodeMetrics,
  encodeTraces,
} from '../../src/otlp';
import { logRecords, resourceMetrics, spans } from './arbitraries';
import { readWithProtobufjs } from './protobufjs';
import { runs } from '../support/runs';

/** What of a span a test compares: functions and resources by what they return. */
const spanFields = (span: ReturnType<typeof decodeTraces>[number]) => {
  const { resource, spanContext, parentSpanContext, duration, links, ...rest } = span;
  void spanContext;
  void duration;
  const context = ({ traceState, ...ids }: ReturnType<typeof span.spanContext>) => ({
    ...ids,
    traceState: traceState?.serialize(),
  });
  return {
    ...rest,
    context: context(span.spanContext()),
    parent: parentSpanContext && context(parentSpanContext),
    links: links.map(link => ({ ...link, context: context(link.context) })),
    resource: [resource.attributes, resource.schemaUrl],
  };
};

/** Items in the order in which they are on the wire: by resource, then scope, each by its first item. */
function inGroups<Item extends { resource: unknown; instrumentationScope: unknown }>(
  items: readonly Item[],
): Item[] {
  const rank = (pick: (item: Item) => unknown) => {
    const seen = [...new Set(items.map(pick))];
    return (item: Item) => seen.indexOf(pick(item));
  };
  const byResource = rank(item => item.resource);
  return [...items].sort((a, b) => {
    const resources = byResource(a) - byResource(b);
    if (resources !== 0) return resources;
    const inResource = items.filter(item => item.resource === a.resource);
    const scopes = [...new Set(inResource.map(item => item.instrumentationScope))];
    return scopes.indexOf(a.instrumentationScope) - scopes.indexOf(b.instrumentationScope);
  });
}

describe('encoding and decoding', () => {
  it('returns equal spans', () => {
    fc.assert(
      fc.property(spans, given => {
        const bytes = encodeTraces(given);
        const decoded = decodeTraces(bytes);
        assert.deepEqual(decoded.map(spanFields), inGroups(given).map(spanFields));
        assert.equal(countItems('traces', bytes), given.length);
        checkStructure('traces', bytes, 'items');
      }),
    );
  });

  it('returns equal strings of every length with non-ASCII characters at every position', () => {
    const lengths = Array.from({ length: 70 }, (_, length) => 'x'.repeat(length));
    const texts = lengths.flatMap(text => [
      text,
      ...['é', '€', '\u{1f600}'].flatMap(other =>
        Array.from(text, (_, i) => text.slice(0, i) + other + text.slice(i + 1)),
      ),
    ]);
    const [given] = fc.sample(spans, { numRuns: 1, seed: 1 }).flat();
    for (const text of texts) {
      const [decoded] = decodeTraces(encodeTraces([{ ...given, name: text, attributes: { text } }]));
      assert.equal(decoded.name, text);
      assert.equal(decoded.attributes.text, text);
    }
  });

  it('returns equal times at the boundary of every second', () => {
    const [given] = fc.sample(spans, { numRuns: 1, seed: 1 }).flat();
    const seconds = fc.oneof(
      fc.integer({ min: 0, max: 18446744072 }),
      fc.integer({ min: 0, max: 34 }).map(power => 2 ** power),
    );
    const nanos = fc.constantFrom(
      0,
      1,
      511,
      1_024,
      2_047,
      999_997_952,
      999_998_976,
      999_999_998,
      999_999_999,
    );
    fc.assert(
      fc.property(seconds, nanos, (...time) => {
        const [decoded] = decodeTraces(encodeTraces([{ ...given, startTime: time }]));
        assert.deepEqual(decoded.startTime, time);
      }),
      { numRuns: runs(5_000) },
    );
  });

  it('returns equal log records', () => {
    fc.assert(
      fc.property(logRecords, given => {
        const bytes = encodeLogs(given);
        const fields = ({ resource, ...rest }: (typeof given)[number]) => ({
          ...rest,
          resource: [resource.attributes, resource.schemaUrl],
        });
        assert.deepEqual(decodeLogs(bytes).map(fields), inGroups(given).map(fields));
        assert.equal(countItems('logs', bytes), given.length);
        checkStructure('logs', bytes, 'items');
      }),
    );
  });

  it('returns equal metrics', () => {
    fc.assert(
      fc.property(resourceMetrics, given => {
        const bytes = encodeMetrics(given);
        const decoded = decodeMetrics(bytes);
        assert.equal(decoded.resourceMetrics.length, 1);
        const [{ resource, scopeMetrics }] = decoded.resourceMetrics;
        assert.deepEqual(scopeMetrics, given.scopeMetrics);
        assert.deepEqual(resource.attributes, given.resource.attributes);
        assert.equal(resource.schemaUrl, given.resource.schemaUrl);
        assert.deepEqual(decoded.unrepresentable, []);
        const points = given.scopeMetrics.flatMap(({ metrics }) =>
          metrics.flatMap(metric => metric.dataPoints as []),
        );
        assert.equal(countItems('metrics', bytes), points.length);
        checkStructure('metrics', bytes, 'items');
      }),
    );
  });
});

const serializers = {
  traces: ProtobufTraceSerializer,
  metrics: ProtobufMetricsSerializer,
  logs: ProtobufLogsSerializer,
};

function assertSameAsSdk(signal: Signal, given: unknown, bytes: Uint8Array): void {
  const oracle = serializers[signal].serializeRequest(given as never);
  assert.ok(oracle);
  assert.deepEqual(readWithProtobufjs(signal, bytes), readWithProtobufjs(signal, oracle));
}

describe("the SDK's serializers, decoded by protobufjs,", () => {
  it('give the same spans', () => {
    fc.assert(fc.property(spans, given => assertSameAsSdk('traces', given, encodeTraces(given))));
  });

  it('give the same log records', () => {
    fc.assert(fc.property(logRecords, given => assertSameAsSdk('logs', given, encodeLogs(given))));
  });

  it('give the same metrics', () => {
    fc.assert(fc.property(resourceMetrics, given => assertSameAsSdk('metrics', given, encodeMetrics(given))));
  });
});
