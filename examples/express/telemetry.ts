/** Loaded before everything else, so that the instrumentations see `node:http` and express first. */
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { WasmSpanProcessor } from 'otelwasm';
import { KeptSpans } from './keptSpans';

const options = { pluginConfig: { drop: ['/healthz'] } };

/** What left the app through a guest that sees spans one by one, and through one that sees whole traces. */
export const exported = { 'otelwasm:filter': new KeptSpans(), 'otelwasm:tail-sample': new KeptSpans() };

const instrumentations = [
  new HttpInstrumentation({ disableOutgoingRequestInstrumentation: true }),
  new ExpressInstrumentation(),
];

export function startTelemetry(): NodeSDK {
  const sdk = new NodeSDK({
    spanProcessors: [
      new WasmSpanProcessor('otelwasm:filter', { ...options, exporter: exported['otelwasm:filter'] }),
      new WasmSpanProcessor('otelwasm:tail-sample', {
        ...options,
        exporter: exported['otelwasm:tail-sample'],
        batching: 'traces',
      }),
    ],
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations,
  });
  sdk.start();
  return sdk;
}
