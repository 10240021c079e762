import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http';
import { types } from 'node:util';
import { owned, quote, type Signal } from '../abi';
import { withWarningsShown } from '../otel';
import { countItems, decodeExportResponse } from '../otlp';
import { otlpToJson } from '../otlp/json';
import type { Decoded } from './decode';
import { createDelegateSink } from './delegateSink';
import type { OtlpHttpOptions } from './otlpHttpOptions';
import { sendInParts } from './sendInParts';
import type { SendOutcome, Sink } from './sink';
import { watchSockets } from './socketsDrained';

type LegacyOptions = Parameters<typeof convertLegacyHttpOptions>[0];

/** The names that the SDK gives a signal in the environment, in the path, and in its own metrics. */
const SIGNAL_NAMES = {
  traces: { environment: 'TRACES', item: 'span', component: 'otlp_http_span_exporter' },
  metrics: { environment: 'METRICS', item: 'metric_data_point', component: 'otlp_http_metric_exporter' },
  logs: { environment: 'LOGS', item: 'log', component: 'otlp_http_log_exporter' },
} as const;

/**
 * Creates a sink for OTLP/HTTP with the SDK's own transport, environment, gzip, TLS and retries. Protobuf is sent
 * unchanged, by a serializer that returns the bytes; JSON is converted. Throws for settings that the SDK refuses, and
 * for a URL that is not HTTP.
 */
export function createOtlpHttpSink(
  signal: Signal,
  options: OtlpHttpOptions = {},
  encoding: 'protobuf' | 'json' = 'protobuf',
): Sink {
  const { environment, item, component } = SIGNAL_NAMES[signal];
  const transport = withWarningsShown(() =>
    convertLegacyHttpOptions(options as LegacyOptions, environment, `v1/${signal}`, {
      'Content-Type': encoding === 'json' ? 'application/json' : 'application/x-protobuf',
    }),
  );
  const { protocol } = new URL(transport.url);
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new Error(`the endpoint is ${quote(transport.url)}: allowed are URLs with http:// or https://`);
  const areSocketsDrained = encoding === 'json' ? () => true : watchSockets(transport);
  const delegate = createOtlpHttpExportDelegate<Uint8Array, unknown>(
    transport,
    encoding === 'json' ? JSON_SERIALIZER : PROTOBUF_SERIALIZER,
    component,
    // For the SDK's own metrics, which need a meter provider. None is passed: the pipeline records its own metrics.
    { name: item, countItems: () => 0 },
    undefined,
  );
  const bytesSink = createDelegateSink('OTLP/HTTP', delegate, areSocketsDrained);
  const sink = encoding === 'json' ? asJson(signal, bytesSink) : bytesSink;
  return isData(options) ? { ...sink, threadSetup: { signal, options, encoding } } : sink;
}

const PROTOBUF_SERIALIZER = {
  serializeRequest: (bytes: Uint8Array): Uint8Array => bytes,
  deserializeResponse: decodeExportResponse,
};

const JSON_SERIALIZER: typeof PROTOBUF_SERIALIZER = {
  ...PROTOBUF_SERIALIZER,
  // A server may send an empty response.
  deserializeResponse: bytes =>
    (bytes.length === 0 ? {} : JSON.parse(Buffer.from(bytes).toString())) as ReturnType<
      typeof decodeExportResponse
    >,
};

/** Whether a value survives being posted to a thread. Functions and objects of classes do not. */
function isData(value: unknown): boolean {
  if (typeof value === 'function' || typeof value === 'symbol') return false;
  if (typeof value !== 'object' || value === null || types.isUint8Array(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = Array.isArray(value) || prototype === Object.prototype || prototype === null;
  return isPlain && Object.values(value).every(isData);
}

/** Converts batches to OTLP JSON, in parts if they are too large for one string. */
function asJson(signal: Signal, sink: Sink): Sink {
  const decode = (bytes: Uint8Array, maxMessages: number): Decoded<string> => ({
    batches: [JSON.stringify(otlpToJson(signal, bytes, maxMessages))],
    itemsOf: () => countItems(signal, bytes),
  });
  const send = (json: string): Promise<SendOutcome> => sink.send(owned(Buffer.from(json)));
  return { ...sink, send: batch => sendInParts(signal, batch, decode, send) };
}
