import type { ExportResult } from '@opentelemetry/core';
import type { OTLPExporterNodeConfigBase } from '@opentelemetry/otlp-exporter-base';
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http';
import {
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import { OtelWasmError, type Signal } from '../abi';
import { exported } from './exported';
import type { Sink } from './sink';
import { watchConnections } from './writtenOut';

/**
 * Settings of OTLP/HTTP as the SDK's exporters take them: `url`, `headers`, `timeoutMillis`, `compression`, `keepAlive`,
 * `httpAgentOptions`, `concurrencyLimit`. What is not set comes from `OTEL_EXPORTER_OTLP_*`.
 */
export type OtlpHttpOptions = Omit<OTLPExporterNodeConfigBase, 'selfObsMeterProvider'>;

/** What the SDK calls a signal in the environment, in the path, and in its own metrics. */
const SIGNAL_NAMES = {
  traces: { environment: 'TRACES', item: 'span', component: 'otlp_http_span_exporter' },
  metrics: { environment: 'METRICS', item: 'metric_data_point', component: 'otlp_http_metric_exporter' },
  logs: { environment: 'LOGS', item: 'log', component: 'otlp_http_log_exporter' },
} as const;

const DECODE_RESPONSE = {
  traces: (data: Uint8Array): unknown => ProtobufTraceSerializer.deserializeResponse(data),
  metrics: (data: Uint8Array): unknown => ProtobufMetricsSerializer.deserializeResponse(data),
  logs: (data: Uint8Array): unknown => ProtobufLogsSerializer.deserializeResponse(data),
} as const;

/**
 * Sends the bytes as they are with OTLP/HTTP protobuf: the SDK's own transport with its environment, gzip, TLS and
 * retries, and a serializer that has nothing left to do. Throws `INVALID_OPTION` for settings the SDK refuses.
 */
export function createOtlpHttpSink(signal: Signal, options: OtlpHttpOptions = {}): Sink {
  const { environment, item, component } = SIGNAL_NAMES[signal];
  const transport = convertLegacyHttpOptions(options, environment, `v1/${signal}`, {
    'Content-Type': 'application/x-protobuf',
  });
  const isWrittenOut = watchConnections(transport);
  const delegate = createOtlpHttpExportDelegate<Uint8Array, unknown>(
    transport,
    { serializeRequest: bytes => bytes, deserializeResponse: DECODE_RESPONSE[signal] },
    component,
    // For metrics of the SDK's own, which need the meter provider that is not given: the pipeline has its own.
    { name: item, countItems: () => 0 },
    undefined,
  );
  let closed = false;
  return {
    send: async batch => {
      // The delegate itself still sends after its shutdown.
      if (closed)
        return { status: 'refused', error: new OtelWasmError('SHUTDOWN', 'OTLP/HTTP is shut down') };
      const outcome = await exported('OTLP/HTTP', callback =>
        delegate.export(batch.bytes, (result: ExportResult) => callback(result)),
      );
      if (outcome.status === 'sent' && isWrittenOut()) batch.release();
      return outcome;
    },
    forceFlush: () => delegate.forceFlush(),
    shutdown: () => {
      closed = true;
      return delegate.shutdown();
    },
  };
}
