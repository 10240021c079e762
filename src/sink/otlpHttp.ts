import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http';
import { OtelWasmError, type Signal } from '../abi';
import { decodeExportResponse } from '../otlp';
import { exported } from './exported';
import type { OtlpHttpOptions } from './otlpHttpOptions';
import type { Sink } from './sink';
import { watchConnections } from './writtenOut';

type LegacyOptions = Parameters<typeof convertLegacyHttpOptions>[0];

/** What the SDK calls a signal in the environment, in the path, and in its own metrics. */
const SIGNAL_NAMES = {
  traces: { environment: 'TRACES', item: 'span', component: 'otlp_http_span_exporter' },
  metrics: { environment: 'METRICS', item: 'metric_data_point', component: 'otlp_http_metric_exporter' },
  logs: { environment: 'LOGS', item: 'log', component: 'otlp_http_log_exporter' },
} as const;

/**
 * Sends the bytes as they are with OTLP/HTTP protobuf: the SDK's own transport with its environment, gzip, TLS and
 * retries, and a serializer that has nothing left to do. Throws `INVALID_OPTION` for settings the SDK refuses.
 */
export function createOtlpHttpSink(signal: Signal, options: OtlpHttpOptions = {}): Sink {
  const { environment, item, component } = SIGNAL_NAMES[signal];
  const transport = convertLegacyHttpOptions(options as LegacyOptions, environment, `v1/${signal}`, {
    'Content-Type': 'application/x-protobuf',
  });
  const isWrittenOut = watchConnections(transport);
  const delegate = createOtlpHttpExportDelegate<Uint8Array, unknown>(
    transport,
    { serializeRequest: bytes => bytes, deserializeResponse: decodeExportResponse },
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
      const outcome = await exported('OTLP/HTTP', callback => delegate.export(batch.bytes, callback));
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
