import assert from 'node:assert/strict';
import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import fc from 'fast-check';
import {
  decodeLogs,
  decodeMetrics,
  decodeTraces,
  encodeLogs,
  encodeMetrics,
  encodeTraces,
} from '../../src/otlp';
import { logRecords, resourceMetrics, spans } from './arbitraries';

/** Both of the SDK's serializers of a signal say the same of what was decoded as of what was encoded. */
function assertSame<Given>(
  serializers: readonly { serializeRequest(given: Given): Uint8Array | undefined }[],
  decoded: Given,
  given: Given,
): void {
  for (const serializer of serializers) {
    assert.deepEqual(serializer.serializeRequest(decoded), serializer.serializeRequest(given));
  }
}

describe("the SDK's serializers accept decoded data", () => {
  it('spans', () => {
    fc.assert(
      fc.property(spans, given => {
        fc.pre(new Set(given.map(span => span.instrumentationScope)).size <= 1);
        assertSame([ProtobufTraceSerializer, JsonTraceSerializer], decodeTraces(encodeTraces(given)), given);
      }),
    );
  });

  it('log records', () => {
    fc.assert(
      fc.property(logRecords, given => {
        assertSame([ProtobufLogsSerializer, JsonLogsSerializer], decodeLogs(encodeLogs(given)), given);
      }),
    );
  });

  it('metrics', () => {
    fc.assert(
      fc.property(resourceMetrics, given => {
        const [decoded] = decodeMetrics(encodeMetrics(given)).resourceMetrics;
        assertSame([ProtobufMetricsSerializer, JsonMetricsSerializer], decoded, given);
      }),
    );
  });
});
