import type * as Grpc from '@opentelemetry/otlp-grpc-exporter-base';
import { OtelWasmError, type Signal } from '../abi';
import { withWarningsShown } from '../otel';
import { decodeExportResponse } from '../otlp';
import { loadFromApp } from './loadFromApp';
import { createDelegateSink, type ExportDelegate } from './delegateSink';
import type { OtlpHttpOptions } from './otlpHttpOptions';
import type { Sink } from './sink';

const PACKAGE = '@opentelemetry/otlp-grpc-exporter-base';
/** The packages through which an app that installs only NodeSDK depends on it. */
const THROUGH = ['@opentelemetry/sdk-node', '@opentelemetry/exporter-trace-otlp-grpc'];

/** The services of opentelemetry-proto, `collector/<signal>/v1`. */
const SERVICES = {
  traces: { environment: 'TRACES', item: 'span', service: 'trace.v1.TraceService' },
  metrics: { environment: 'METRICS', item: 'metric_data_point', service: 'metrics.v1.MetricsService' },
  logs: { environment: 'LOGS', item: 'log', service: 'logs.v1.LogsService' },
} as const;

/** The function's type in older versions, which record no metrics. */
type OldCreate = (settings: unknown, serializer: object, name: string, path: string) => ExportDelegate;

/**
 * Creates a sink for OTLP/gRPC. It sends the bytes unchanged with the SDK's own transport, environment, credentials
 * and retries.
 * @throws OtelWasmError `INVALID_OPTION` when the package for it is not installed, or an option applies to HTTP only
 */
export function createOtlpGrpcSink(signal: Signal, options: OtlpHttpOptions): Sink {
  const grpc = loadFromApp(PACKAGE, THROUGH) as typeof Grpc | undefined;
  if (grpc === undefined) {
    throw new OtelWasmError(
      'INVALID_OPTION',
      `OTEL_EXPORTER_OTLP_PROTOCOL is grpc, which needs the package ${PACKAGE}: npm install ${PACKAGE}`,
    );
  }
  const { environment, item, service } = SERVICES[signal];
  const settings = withWarningsShown(() =>
    grpc.convertLegacyOtlpGrpcOptions(
      { ...grpcOptions(options), metadata: metadataOf(grpc, options) } as object,
      environment,
    ),
  );
  const serializer = {
    serializeRequest: (bytes: Uint8Array) => bytes,
    deserializeResponse: decodeExportResponse,
  };
  const [, , name] = service.split('.');
  const path = `/opentelemetry.proto.collector.${service}/Export`;
  const create = grpc.createOtlpGrpcExportDelegate;
  const delegate: ExportDelegate =
    create.length <= 4
      ? (create as unknown as OldCreate)(settings, serializer, name, path)
      : create(
          settings,
          serializer,
          `otlp_grpc_${item}_exporter`,
          // For the SDK's own metrics, which need a meter provider. None is passed: the pipeline records its own
          // metrics.
          { name: item, countItems: () => 0 },
          undefined,
          name,
          path,
        );
  // The transport copies the bytes before it sends them.
  return createDelegateSink('OTLP/gRPC', delegate, () => true);
}

function grpcOptions({
  timeoutMillis,
  compression,
  concurrencyLimit,
  userAgent,
}: OtlpHttpOptions): OtlpHttpOptions {
  return { timeoutMillis, compression, concurrencyLimit, userAgent };
}

function metadataOf(grpc: typeof Grpc, { headers, httpAgentOptions }: OtlpHttpOptions): object {
  const onlyHttp = typeof headers === 'function' ? 'otlp.headers as a function' : 'otlp.httpAgentOptions';
  if (typeof headers === 'function' || httpAgentOptions !== undefined) {
    throw new OtelWasmError(
      'INVALID_OPTION',
      `${onlyHttp} is set, and OTEL_EXPORTER_OTLP_PROTOCOL is grpc: it is allowed only with http/protobuf and http/json`,
    );
  }
  const metadata = grpc.createEmptyMetadata();
  for (const [name, value] of Object.entries(headers ?? {})) metadata.set(name, value);
  return metadata;
}
