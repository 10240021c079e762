/** Loaded before everything else, so that the HTTP instrumentation sees `node:http` first. */
import { diag, DiagConsoleLogger, DiagLogLevel } from '@opentelemetry/api';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { WasmSpanProcessor } from 'otelwasm';
import { SpanCount } from './spanCount';

diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);

/** What the app made, before any guest saw it. */
export const made = new SpanCount();

/** Two guests in a row: secrets out first, then noise. */
export function createSpanProcessor(): WasmSpanProcessor {
  return new WasmSpanProcessor([
    {
      guest: 'build/guests/redact.wasm',
      pluginConfig: { keys: ['user.email', 'http.request.header.authorization'] },
    },
    {
      guest: 'build/guests/filter.wasm',
      pluginConfig: { drop: ['/healthz', { attribute: 'url.path', glob: '/internal/*' }] },
    },
  ]);
}

/** Made while this file loads: it patches `node:http` when others import it after this. */
const httpInstrumentation = new HttpInstrumentation({
  // The embedded sink runs in this process too; its requests are not the app's.
  ignoreIncomingRequestHook: request => request.url?.startsWith('/v1/') ?? false,
  headersToSpanAttributes: { server: { requestHeaders: ['authorization'] } },
  disableOutgoingRequestInstrumentation: true,
});

/** Starts the SDK with the processor beside a count of what the app made. */
export function startTelemetry(spanProcessor: WasmSpanProcessor): NodeSDK {
  const sdk = new NodeSDK({
    resource: resourceFromAttributes({ 'service.name': 'http-service' }),
    spanProcessors: [made, spanProcessor],
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [httpInstrumentation],
  });
  sdk.start();
  return sdk;
}
