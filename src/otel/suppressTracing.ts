import { type Context, createContextKey } from '@opentelemetry/api';

/** The SDK's own key: keys of the API are registered symbols, so that it is the same one in each copy of the SDK. */
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** A context in which the SDK and its instrumentations make no spans. */
export function suppressTracing(context: Context): Context {
  return context.setValue(SUPPRESS_TRACING, true);
}
